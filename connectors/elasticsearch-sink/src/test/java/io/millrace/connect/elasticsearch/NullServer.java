package io.millrace.connect.elasticsearch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Takes bulk requests and says that everything went well, as fast as a socket can be read; it only counts their lines. */
final class NullServer implements AutoCloseable {

    private static final int LEAST_BULK = 16;
    private static final String SUCCESS = "{\"errors\":false,\"took\":1,\"items\":[]}";

    private final AtomicLong lines = new AtomicLong();
    private final ServerSocket socket;

    NullServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    /** How many documents bulk requests brought since {@link #clear}, each of an action's line and its own. */
    long documents() {
        return lines.get() / 2;
    }

    void clear() {
        lines.set(0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                connection.setTcpNoDelay(true);
                daemon(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection;
                InputStream in = new BufferedInputStream(connection.getInputStream(), 256 * 1024);
                OutputStream out = connection.getOutputStream()) {
            byte[] buffer = new byte[64 * 1024];
            for (String request = line(in); request != null; request = line(in)) {
                long length = 0;
                for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
                    if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                        length = Long.parseLong(header.substring(15).trim());
                    }
                }
                long read = lines(in, length, buffer);
                // The ledger's documents are written one by one or to an index of their own.
                if (request.contains("_bulk") && read > LEAST_BULK) {
                    lines.addAndGet(read);
                }
                boolean document = request.contains("/_doc/");
                String body = request.startsWith("HEAD") ? "" : SUCCESS;
                out.write(("HTTP/1.1 " + (document ? "404 Not Found" : "200 OK")
                                + "\r\nX-elastic-product: Elasticsearch\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
        } catch (IOException gone) {
            // The client has closed the connection.
        }
    }

    private static long lines(InputStream in, long length, byte[] buffer) throws IOException {
        long lines = 0;
        long left = length;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new IOException("the request ended early");
            }
            for (int i = 0; i < read; i++) {
                if (buffer[i] == '\n') {
                    lines++;
                }
            }
            left -= read;
        }
        return lines;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return null;
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "null-server");
        thread.setDaemon(true);
        thread.start();
    }
}
