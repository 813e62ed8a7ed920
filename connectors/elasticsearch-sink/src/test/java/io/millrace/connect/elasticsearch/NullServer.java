package io.millrace.connect.elasticsearch;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * Takes bulk requests and says that everything went well, as fast as a socket can be read: it only counts lines. It says
 * so in the form that clients of Elasticsearch expect, so that any connector can be measured with it.
 */
final class NullServer implements AutoCloseable {

    private static final byte[] ITEM = ascii("{\"index\":{\"_index\":\"bench\",\"_id\":\"1\",\"_version\":1,"
            + "\"result\":\"created\",\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0},\"_seq_no\":1,"
            + "\"_primary_term\":1,\"status\":201}}");
    private static final byte[] SHORT_ITEM = ascii("{\"index\":{\"status\":201}}");
    private static final String INFO =
            "{\"name\":\"null\",\"cluster_name\":\"null\",\"cluster_uuid\":\"null\",\"version\":"
                    + "{\"number\":\"8.19.21\",\"build_flavor\":\"default\",\"build_type\":\"zip\",\"build_hash\":\"0\","
                    + "\"build_date\":\"2026-01-01T00:00:00Z\",\"build_snapshot\":false,\"lucene_version\":\"9.12.2\","
                    + "\"minimum_wire_compatibility_version\":\"7.17.0\",\"minimum_index_compatibility_version\":\"7.0.0\"},"
                    + "\"tagline\":\"You Know, for Search\"}";
    private static final String DONE = "{\"acknowledged\":true,\"shards_acknowledged\":true,\"status\":\"green\"}";

    private final AtomicLong documents = new AtomicLong();
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
        return documents.get();
    }

    void clear() {
        documents.set(0);
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
                OutputStream out = new BufferedOutputStream(connection.getOutputStream(), 64 * 1024)) {
            byte[] buffer = new byte[64 * 1024];
            for (String request = line(in); request != null; request = line(in)) {
                Map<String, String> headers = headers(in);
                if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
                    out.write(ascii("HTTP/1.1 100 Continue\r\n\r\n"));
                    out.flush();
                }
                answer(out, request.split(" "), body(in, headers, buffer), headers.getOrDefault("accept", ""));
                out.flush();
            }
        } catch (IOException gone) {
            // The client has closed the connection.
        }
    }

    /**
     * What a request brought.
     *
     * @param lines its line ends
     * @param isLedger whether it writes this sink's ledger
     */
    private record Body(long lines, boolean isLedger) {}

    private void answer(OutputStream out, String[] request, Body body, String accept) throws IOException {
        String path = request[1];
        if (path.contains("/_bulk")) {
            long items = body.lines() / 2;
            if (!body.isLedger()) {
                documents.addAndGet(items);
            }
            byte[] item = path.contains("filter_path=errors") ? SHORT_ITEM : ITEM;
            byte[] begin = ascii("{\"errors\":false,\"took\":1,\"items\":[");
            head(out, "200 OK", accept, begin.length + items * item.length + Math.max(0, items - 1) + 2);
            out.write(begin);
            for (long i = 0; i < items; i++) {
                if (i > 0) {
                    out.write(',');
                }
                out.write(item);
            }
            out.write(ascii("]}"));
            return;
        }
        boolean isDocument = path.contains("/_doc/");
        byte[] content = ascii(path.split("\\?")[0].equals("/") ? INFO : path.contains("_mapping") ? "{}" : DONE);
        head(out, isDocument ? "404 Not Found" : "200 OK", accept, content.length);
        if (!request[0].equals("HEAD")) {
            out.write(content);
        }
    }

    private static void head(OutputStream out, String status, String accept, long length) throws IOException {
        // Newer clients ask for a type of a version, and refuse any other.
        String type = accept.startsWith("application/vnd.elasticsearch+json") ? accept : "application/json";
        out.write(ascii("HTTP/1.1 " + status + "\r\nX-elastic-product: Elasticsearch\r\nContent-Type: " + type
                + "\r\nContent-Length: " + length + "\r\n\r\n"));
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).trim().toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).trim());
        }
        return headers;
    }

    private static Body body(InputStream in, Map<String, String> headers, byte[] buffer) throws IOException {
        InputStream raw = "chunked".equalsIgnoreCase(headers.get("transfer-encoding"))
                ? chunks(in)
                : new Limited(in, Long.parseLong(headers.getOrDefault("content-length", "0")));
        if (!"gzip".equals(headers.get("content-encoding"))) {
            return lines(raw, buffer);
        }
        Body body = lines(new GZIPInputStream(raw), buffer);
        raw.readAllBytes();
        return body;
    }

    private static Body lines(InputStream in, byte[] buffer) throws IOException {
        long lines = 0;
        boolean isLedger = false;
        boolean first = true;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            if (first) {
                first = false;
                isLedger = new String(buffer, 0, Math.min(read, 64), StandardCharsets.ISO_8859_1)
                        .contains("\"" + ElasticsearchLedger.INDEX + "\"");
            }
            for (int i = 0; i < read; i++) {
                if (buffer[i] == '\n') {
                    lines++;
                }
            }
        }
        return new Body(lines, isLedger);
    }

    /** The first bytes of another stream. */
    private static final class Limited extends InputStream {
        private final InputStream in;
        private long left;

        Limited(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(target, from, (int) Math.min(length, left));
            if (read < 0) {
                throw new IOException("the request ended early");
            }
            left -= read;
            return read;
        }
    }

    private static InputStream chunks(InputStream in) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int size = size(in); size > 0; size = size(in)) {
            whole.write(in.readNBytes(size));
            line(in);
        }
        line(in);
        return new ByteArrayInputStream(whole.toByteArray());
    }

    private static int size(InputStream in) throws IOException {
        return Integer.parseInt(line(in).split(";")[0].trim(), 16);
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

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "null-server");
        thread.setDaemon(true);
        thread.start();
    }
}
