package io.millrace.local.security;

import io.millrace.local.stack.Secrets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Redis with TLS alone and two users: one writes what it serves, one reads. Passwords are in its settings as hashes. */
final class SecuredRedis {
    private static final String SINK = "~serving.* ~millrace:* +@hash +@string +@set +@sortedset +@list +@stream"
            + " +@hyperloglog +@geo +@keyspace +@transaction +@scripting +@connection -@dangerous -@admin +info";
    private static final String READER = "~serving.* ~millrace:* +@read +@connection -@dangerous -@admin +scan";

    private final Secrets secrets;

    SecuredRedis(Secrets secrets) {
        this.secrets = secrets;
    }

    String settings(int port, Certificates.ServiceFiles own, Path authority) {
        return """
                port 0
                tls-port %d
                tls-cert-file "%s"
                tls-key-file "%s"
                tls-ca-cert-file "%s"
                tls-auth-clients no
                user default off
                user %s on #%s %s
                user %s on #%s %s
                """
                .formatted(
                        port,
                        own.certificate(),
                        own.key(),
                        authority,
                        Account.SERVING_REDIS.user(),
                        hash(Secrets.REDIS_SINK),
                        SINK,
                        Account.READER.user(),
                        hash(Secrets.REDIS_READER),
                        READER);
    }

    private String hash(String secret) {
        try {
            byte[] password = secrets.get(secret).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
