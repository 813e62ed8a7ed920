package io.millrace.connect.http.auth;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How clients may say who they are. With several ways any of them will do; with none nobody is asked.
 *
 * @param writeKeys {@code name=key} with commas between
 * @param basicUsers {@code user:password} with commas between
 * @param hmac signatures of the body
 * @param jwt tokens
 * @param certificates whether a TLS certificate is one of the ways
 */
public record AuthSettings(
        Optional<String> writeKeys,
        Optional<String> basicUsers,
        Optional<Hmac> hmac,
        Optional<Jwt> jwt,
        boolean certificates) {
    public static final String WRITE_KEYS = "auth.write.keys";
    public static final String BASIC_USERS = "auth.basic.users";
    public static final String HMAC_SECRETS = "auth.hmac.secrets";
    public static final String JWKS = "auth.jwt.jwks";

    /**
     * @param secrets {@code name=secret} with commas between
     * @param signatureHeader header with the signature
     * @param timestampHeader header with the seconds since 1970 at which it was made
     * @param tolerance how far that may be from now, in either direction
     */
    public record Hmac(String secrets, String signatureHeader, String timestampHeader, Duration tolerance) {}

    /**
     * @param jwks address or file of the key set
     * @param issuer what {@code iss} has to be; empty: anything
     * @param audience of which {@code aud} has to have one; empty: anything
     * @param skew how far clocks may differ
     * @param refresh how often the key set is fetched
     */
    public record Jwt(String jwks, Optional<String> issuer, List<String> audience, Duration skew, Duration refresh) {}
}
