package io.millrace.local.security;

import io.millrace.local.StackAddress;
import io.millrace.local.stack.Secrets;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Redis with TLS alone and two users: one writes what it serves, one reads. Passwords are in its settings as hashes. */
final class SecuredRedis {
    private static final String SINK = "~serving.* ~millrace:* +@hash +@string +@set +@sortedset +@list +@stream"
            + " +@hyperloglog +@geo +@keyspace +@transaction +@scripting +@connection -@dangerous -@admin +info";
    private static final String READER = "~serving.* ~millrace:* +@read +@connection -@dangerous -@admin +scan";

    private final StackAddress address;
    private final Secrets secrets;
    private final Certificates certificates;

    SecuredRedis(StackAddress address, Secrets secrets, Certificates certificates) {
        this.address = address;
        this.secrets = secrets;
        this.certificates = certificates;
    }

    String settings(Certificates.ServiceFiles own) {
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
                        address.redis(),
                        own.certificate(),
                        own.key(),
                        certificates.authority(),
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
