package io.millrace.local.security;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How the page is guarded.
 *
 * @param tls its certificate; empty: plain HTTP
 * @param authorization the value of the header Authorization that every request must have; empty: none
 * @param tokens served beside the page at {@link TokenEndpoint#PATH}, with a guard of its own; empty: not there
 */
public record PageSecurity(Optional<SSLContext> tls, Optional<String> authorization, Optional<TokenEndpoint> tokens) {
    public static final PageSecurity NONE = new PageSecurity(Optional.empty(), Optional.empty(), Optional.empty());
}
