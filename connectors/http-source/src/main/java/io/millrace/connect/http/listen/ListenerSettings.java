package io.millrace.connect.http.listen;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How an address is listened on. Connectors that share an address have to agree on all of it.
 *
 * @param port zero takes any free one, which is never shared
 * @param threads that serve connections
 * @param maxConnections open at a time
 * @param idleMs milliseconds after which a connection without a request is closed
 * @param maxHeaderBytes of the line and the headers of a request, each
 * @param tls files and demands of TLS; empty for plain HTTP
 */
public record ListenerSettings(
        String host, int port, int threads, int maxConnections, long idleMs, int maxHeaderBytes, Optional<Tls> tls) {

    /** Whether two listeners would be in each other's way. */
    boolean sameAddress(ListenerSettings other) {
        return port != 0 && port == other.port && host.equals(other.host);
    }

    /** The keys in which the other differs. */
    List<String> differences(ListenerSettings other) {
        List<String> keys = new ArrayList<>();
        add(keys, "threads", threads, other.threads);
        add(keys, "max.connections", maxConnections, other.maxConnections);
        add(keys, "idle.timeout.ms", idleMs, other.idleMs);
        add(keys, "max.header.bytes", maxHeaderBytes, other.maxHeaderBytes);
        add(keys, "tls.*", tls, other.tls);
        return keys;
    }

    private static void add(List<String> keys, String key, Object one, Object other) {
        if (!Objects.equals(one, other)) {
            keys.add(key);
        }
    }
}
