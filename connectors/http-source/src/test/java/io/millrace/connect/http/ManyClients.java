package io.millrace.connect.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that are connected all at once, in a process of their own: the files that a process may have open are then as many
 * as the connections, and not twice as many.
 *
 * <pre>
 *   ManyClients PORT CONNECTIONS EVENT
 * </pre>
 */
final class ManyClients {
    private ManyClients() {}

    /** Opens all, then sends an event on each, then reads the answers; ends with 0 when each of them was 200. */
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        String event = arguments[2];
        byte[] request = ("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: " + event.length() + "\r\n\r\n"
                        + event)
                .getBytes(StandardCharsets.US_ASCII);
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            Socket socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(60_000);
            open.add(socket);
        }
        for (Socket socket : open) {
            socket.getOutputStream().write(request);
        }
        int accepted = 0;
        for (Socket socket : open) {
            String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            accepted += status.equals("HTTP/1.1 200") ? 1 : 0;
        }
        System.out.println(accepted + " of " + open.size() + " were accepted");
        System.exit(accepted == open.size() ? 0 : 1);
    }
}
