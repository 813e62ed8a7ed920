package io.millrace.connect.http.listen;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request whose body is still to come.
 *
 * @param head line and headers
 * @param path of its address, decoded
 * @param query parameters of its address, decoded
 * @param address of the other end of the connection
 * @param certificate common name, else whole name, of the certificate that the client has proved to have
 */
public record Request(
        HttpRequest head,
        String path,
        Map<String, List<String>> query,
        InetAddress address,
        Optional<String> certificate) {
    private static final int PARAMETERS = 256;

    /** @throws IllegalArgumentException when its address is malformed */
    static Request of(HttpRequest head, InetAddress address, Optional<String> certificate) {
        QueryStringDecoder uri =
                new QueryStringDecoder(head.uri(), java.nio.charset.StandardCharsets.UTF_8, true, PARAMETERS);
        return new Request(head, uri.path(), uri.parameters(), address, certificate);
    }
}
