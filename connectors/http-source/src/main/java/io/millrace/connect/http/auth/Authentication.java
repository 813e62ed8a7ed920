package io.millrace.connect.http.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds out who sends. Most of it is known from the head of a request; a signature, and the write key that Segment's
 * clients for browsers send, are known only with its body. Safe for use by several threads.
 */
public final class Authentication implements AutoCloseable {
    private static final String WRITE_KEY_HEADER = "X-Write-Key";

    private final Optional<NamedSecrets> writeKeys;
    private final Optional<NamedSecrets> basic;
    private final Optional<HmacSignatures> hmac;
    private final Optional<JwtTokens> jwt;
    private final boolean certificates;

    /** @throws org.apache.kafka.common.config.ConfigException when a setting cannot be used; it shows no secret */
    public Authentication(AuthSettings settings, Clock clock) {
        this.writeKeys = settings.writeKeys()
                .map(text -> NamedSecrets.of(NamedSecrets.parse(AuthSettings.WRITE_KEYS, text, '=', false)));
        this.basic =
                settings.basicUsers().map(text -> pairs(NamedSecrets.parse(AuthSettings.BASIC_USERS, text, ':', true)));
        this.hmac = settings.hmac().map(one -> new HmacSignatures(one, clock));
        this.certificates = settings.certificates();
        this.jwt = settings.jwt().map(one -> new JwtTokens(one, clock));
    }

    /** Reads a key set once, to see whether that is possible. @throws IOException with the reason */
    public static void tryKeySet(String location) throws IOException {
        KeySet.fetch(location);
    }

    /** Whether anybody is asked who they are. */
    public boolean isRequired() {
        return writeKeys.isPresent() || basic.isPresent() || hmac.isPresent() || jwt.isPresent() || certificates;
    }

    public boolean hasWriteKeys() {
        return writeKeys.isPresent();
    }

    /** Whether the write key of a request, if it has one in its head, is one of ours. */
    public boolean knowsWriteKey(Credentials credentials) {
        return writeKey(credentials).flatMap(this::byWriteKey).isPresent();
    }

    /** Who has this write key. */
    public Optional<Identity> byWriteKey(String key) {
        return writeKeys.flatMap(keys -> keys.nameOf(key)).map(Identity::new);
    }

    /**
     * Who sends, as far as the head tells.
     *
     * @return empty when only the body can tell
     * @throws Denied when what it says of its sender is wrong, or nothing and the body cannot either
     */
    public Optional<Identity> fromHead(Credentials credentials, boolean keyInBody) throws Denied {
        if (!isRequired()) {
            return Optional.of(Identity.ANYBODY);
        }
        if (certificates && credentials.certificate().isPresent()) {
            return credentials.certificate().map(Identity::new);
        }
        if (hmac.isPresent() && hmac.get().isSigned(credentials)) {
            return Optional.empty();
        }
        Optional<Identity> known =
                writeKey(credentials).flatMap(this::byWriteKey).or(() -> byBasic(credentials));
        if (known.isPresent()) {
            return known;
        }
        Optional<String> token = authorization(credentials, "Bearer ");
        if (token.isPresent() && jwt.isPresent()) {
            return Optional.of(jwt.get().check(token.get()));
        }
        if (keyInBody && writeKeys.isPresent() && writeKey(credentials).isEmpty()) {
            return Optional.empty();
        }
        throw new Denied(
                writeKey(credentials).isPresent()
                                || authorization(credentials, "Basic ").isPresent()
                        ? "the key or the password is not known here"
                        : "say who you are, by " + ways());
    }

    /**
     * Who sends, by the body. To be asked when the head did not tell.
     *
     * @param keyInBody the write key that stands in the body; empty when there is none
     * @throws Denied when the body tells that it is nobody known
     */
    public Identity fromBody(Credentials credentials, byte[] body, int offset, int length, Optional<String> keyInBody)
            throws Denied {
        if (hmac.isPresent() && hmac.get().isSigned(credentials)) {
            return hmac.get().check(credentials, body, offset, length);
        }
        return keyInBody
                .flatMap(this::byWriteKey)
                .orElseThrow(() -> new Denied("the write key of the body is not known here, or missing"));
    }

    /** Whether the signature of the body decides, rather than what stands in it. */
    public boolean isSigned(Credentials credentials) {
        return hmac.isPresent() && hmac.get().isSigned(credentials);
    }

    /** The header {@code WWW-Authenticate} for who was denied. */
    public String challenge() {
        return jwt.isPresent() ? "Bearer" : "Basic realm=\"events\", charset=\"UTF-8\"";
    }

    @Override
    public void close() {
        jwt.ifPresent(JwtTokens::close);
    }

    private String ways() {
        List<String> ways = new ArrayList<>();
        writeKeys.ifPresent(any -> ways.add("a write key in the header " + WRITE_KEY_HEADER
                + ", as the parameter write_key or as the user of basic authentication"));
        basic.ifPresent(any -> ways.add("basic authentication"));
        jwt.ifPresent(any -> ways.add("a bearer token"));
        hmac.ifPresent(any -> ways.add("a signature in " + any.header()));
        if (certificates) {
            ways.add("a TLS certificate");
        }
        return String.join(", or ", ways);
    }

    private Optional<String> writeKey(Credentials credentials) {
        if (writeKeys.isEmpty()) {
            return Optional.empty();
        }
        return Optional.ofNullable(credentials.headers().get(WRITE_KEY_HEADER))
                .or(() -> credentials.parameter("write_key"))
                .or(() -> credentials.parameter("writeKey"))
                .or(() -> userAndPassword(credentials)
                        .filter(pair -> pair.endsWith(":"))
                        .map(pair -> pair.substring(0, pair.length() - 1)));
    }

    private Optional<Identity> byBasic(Credentials credentials) {
        return basic.flatMap(users -> userAndPassword(credentials).flatMap(users::nameOf))
                .map(Identity::new);
    }

    private static Optional<String> userAndPassword(Credentials credentials) {
        return authorization(credentials, "Basic ").map(text -> {
            try {
                return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return "";
            }
        });
    }

    private static Optional<String> authorization(Credentials credentials, String scheme) {
        String header = credentials.headers().get("Authorization", "");
        return header.regionMatches(true, 0, scheme, 0, scheme.length())
                ? Optional.of(header.substring(scheme.length()).strip())
                : Optional.empty();
    }

    private static NamedSecrets pairs(Map<String, String> users) {
        return NamedSecrets.of(users.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getKey() + ":" + entry.getValue())));
    }
}
