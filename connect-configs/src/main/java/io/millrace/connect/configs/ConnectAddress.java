package io.millrace.connect.configs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where a Connect worker is and how it is talked to. Immutable; {@code toString} shows the address only.
 *
 * @param url base URL, without a slash at the end
 * @param authorization value of the {@code Authorization} header; a secret
 * @param tls what to trust and what to show in turn; empty: what the Java runtime trusts
 */
public record ConnectAddress(String url, Optional<String> authorization, Optional<SSLContext> tls) {

    /** A worker that asks for nothing. */
    public static ConnectAddress of(String url) {
        return new ConnectAddress(url, Optional.empty(), Optional.empty());
    }

    /** The same worker, with basic authentication. */
    public ConnectAddress withUser(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new ConnectAddress(
                url, Optional.of("Basic " + Base64.getEncoder().encodeToString(pair)), tls);
    }

    /** The same worker, behind TLS with these certificates. Its host name is checked in any case. */
    public ConnectAddress withTls(SSLContext context) {
        return new ConnectAddress(url, authorization, Optional.of(context));
    }

    @Override
    public String toString() {
        return SecretKeys.hideInUrls(url);
    }
}
