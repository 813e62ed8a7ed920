package io.millrace.connect.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends batches of events over one connection, as cheaply as it can: the machine belongs to what is measured. The events
 * are one prepared text in which only the identities change. Belongs to one thread.
 */
final class BenchClient implements AutoCloseable {
    /** Unique over all clients, whose events must not be taken for each other's. */
    private static final AtomicLong IDS = new AtomicLong(System.currentTimeMillis() << 20);

    private static final int ID_DIGITS = 16;
    private static final String ID = "0".repeat(ID_DIGITS);

    /** Of about 300 bytes. */
    static final String EVENT =
            "{\"event_id\":\"" + ID + "\",\"event_time\":\"2026-01-01T10:00:00.000Z\",\"site\":\"shop\","
                    + "\"event_type\":\"page_view\",\"user_id\":\"u1042\",\"page\":\"/products/17\",\"method\":\"GET\","
                    + "\"status\":200,\"bytes\":5124,\"referrer\":\"https://www.example.com/\","
                    + "\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64)\",\"address\":\"203.0.113.7\"}";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] request;
    private final int[] ids;

    BenchClient(int port, int batch) throws IOException {
        String body = batch == 1 ? EVENT : "[" + (EVENT + ",").repeat(batch - 1) + EVENT + "]";
        String head =
                "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n";
        request = (head + body).getBytes(StandardCharsets.US_ASCII);
        ids = new int[batch];
        int from = 0;
        for (int i = 0; i < batch; i++) {
            ids[i] = (head + body).indexOf(ID, from);
            from = ids[i] + ID_DIGITS;
        }
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Sends a batch of new events and waits for the answer. @return its status */
    int send() throws IOException {
        long id = IDS.getAndAdd(ids.length);
        for (int position : ids) {
            long left = id++;
            for (int digit = ID_DIGITS - 1; digit >= 0; digit--, left >>>= 4) {
                request[position + digit] = (byte) Character.forDigit((int) (left & 15), 16);
            }
        }
        out.write(request);
        return answer();
    }

    private int answer() throws IOException {
        String status = line();
        int length = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        in.skipNBytes(length);
        return Integer.parseInt(status.substring(9, 12));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
