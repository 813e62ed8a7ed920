package io.millrace.connect.http.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/**
 * Secrets with the names of those who have them. They are found by their digest, so that the time of a search tells
 * nothing of them. Immutable.
 */
final class NamedSecrets {
    private final Map<ByteBuffer, String> names = new HashMap<>();

    private NamedSecrets(Map<String, String> secrets) {
        secrets.forEach((name, secret) -> names.put(digest(secret), name));
    }

    static NamedSecrets of(Map<String, String> secrets) {
        return new NamedSecrets(secrets);
    }

    /**
     * Reads secrets by their names, in order. The messages show no secret.
     *
     * @param key the setting they come from
     * @param text entries with commas between, each {@code name=secret}, or a secret alone, which gets a number for a name
     * @param separator between name and secret
     * @param nameRequired whether an entry without a name is refused
     */
    static Map<String, String> parse(String key, String text, char separator, boolean nameRequired) {
        Map<String, String> secrets = new LinkedHashMap<>();
        int number = 0;
        for (String entry : text.split(",")) {
            number++;
            String trimmed = entry.strip();
            int end = trimmed.indexOf(separator);
            String name = end < 0 ? String.valueOf(number) : trimmed.substring(0, end);
            String secret = trimmed.substring(end + 1);
            if (secret.isEmpty() || name.isEmpty() || end < 0 && nameRequired) {
                throw new ConfigException(
                        "Invalid value for " + key + ": entry " + number + " has to be name" + separator + "secret");
            }
            if (secrets.put(name, secret) != null) {
                throw new ConfigException("Invalid value for " + key + ": the name " + name + " is there twice");
            }
        }
        return secrets;
    }

    /** The name of who has the secret. */
    Optional<String> nameOf(String secret) {
        return Optional.ofNullable(names.get(digest(secret)));
    }

    private static ByteBuffer digest(String secret) {
        try {
            return ByteBuffer.wrap(
                    MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
