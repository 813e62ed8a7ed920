package io.millrace.connect.http.auth;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request says of its sender before its body is read.
 *
 * @param headers of the request
 * @param query the parameters of its address
 * @param certificate name of the certificate that the client has proved to have, if any
 */
public record Credentials(HttpHeaders headers, Map<String, List<String>> query, Optional<String> certificate) {
    /** The value of a parameter; empty when it is not there. */
    Optional<String> parameter(String name) {
        List<String> values = query.get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }
}
