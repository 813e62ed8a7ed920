package io.millrace.connect.http.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks signatures: HMAC-SHA256 over the timestamp, a dot and the body as it was sent, in hex with or without
 * {@code sha256=} before it. Immutable.
 */
final class HmacSignatures {
    private static final String ALGORITHM = "HmacSHA256";

    private final AuthSettings.Hmac settings;
    private final Map<String, String> secrets;
    private final Clock clock;

    HmacSignatures(AuthSettings.Hmac settings, Clock clock) {
        this.settings = settings;
        this.secrets = NamedSecrets.parse(AuthSettings.HMAC_SECRETS, settings.secrets(), '=', false);
        this.clock = clock;
    }

    /** Whether the request is signed at all. */
    boolean isSigned(Credentials credentials) {
        return credentials.headers().contains(settings.signatureHeader());
    }

    /** The header that a client has to send, for the message. */
    String header() {
        return settings.signatureHeader();
    }

    /** @throws Denied when the time or the signature is wrong */
    Identity check(Credentials credentials, byte[] body, int offset, int length) throws Denied {
        String timestamp = credentials.headers().get(settings.timestampHeader(), "");
        requireNear(timestamp);
        byte[] given = signature(credentials.headers().get(settings.signatureHeader(), ""));
        for (Map.Entry<String, String> entry : secrets.entrySet()) {
            if (MessageDigest.isEqual(given, sign(entry.getValue(), timestamp, body, offset, length))) {
                return new Identity(entry.getKey());
            }
        }
        throw new Denied("the signature in " + settings.signatureHeader() + " is not that of the timestamp, a dot and"
                + " the body as sent");
    }

    private void requireNear(String timestamp) throws Denied {
        long seconds;
        try {
            seconds = Long.parseLong(timestamp);
        } catch (NumberFormatException e) {
            throw new Denied("the header " + settings.timestampHeader() + " has to hold the seconds since 1970");
        }
        long away = Math.abs(clock.millis() / 1_000 - seconds);
        if (away > settings.tolerance().toSeconds()) {
            throw new Denied("the signature is " + away + " s away from the collector's clock, more than the "
                    + settings.tolerance().toSeconds() + " s that are tolerated");
        }
    }

    private static byte[] signature(String header) {
        String hex = header.startsWith("sha256=") ? header.substring("sha256=".length()) : header;
        try {
            return HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static byte[] sign(String secret, String timestamp, byte[] body, int offset, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update(timestamp.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) '.');
            mac.update(body, offset, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }
}
