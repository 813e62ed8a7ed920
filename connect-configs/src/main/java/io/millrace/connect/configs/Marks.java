package io.millrace.connect.configs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The two settings that tell, in a connector's own configuration, who declared it and what was applied last: a connector
 * without them is foreign, and one whose other settings no longer match {@link #APPLIED} was changed by hand.
 */
public final class Marks {
    /** Setting with the owner, as the environment names it. */
    public static final String OWNER = "millrace.owner";
    /** Setting with the SHA-256, in hex, of all other settings as they were applied. */
    public static final String APPLIED = "millrace.applied";

    private static final String INTERNAL = "__internal.";

    private Marks() {}

    /** The settings with both marks; {@code name} and what a worker adds of its own are not among them. */
    public static Map<String, String> put(Map<String, String> config, String owner) {
        Map<String, String> plain = plain(config);
        Map<String, String> marked = new TreeMap<>(plain);
        marked.put(OWNER, owner);
        marked.put(APPLIED, hash(plain));
        return marked;
    }

    /** The settings that somebody declared: without marks, {@code name} and what a worker adds of its own. */
    public static Map<String, String> plain(Map<String, String> config) {
        Map<String, String> plain = new TreeMap<>(config);
        plain.keySet()
                .removeIf(key ->
                        key.equals(OWNER) || key.equals(APPLIED) || key.equals("name") || key.startsWith(INTERNAL));
        return plain;
    }

    /** Who declared these settings; empty for a foreign connector. */
    public static Optional<String> owner(Map<String, String> config) {
        return Optional.ofNullable(config.get(OWNER));
    }

    /** Whether settings that carry the marks were changed since they were applied. */
    public static boolean changedByHand(Map<String, String> config) {
        String applied = config.get(APPLIED);
        return config.containsKey(OWNER) && !hash(plain(config)).equals(applied);
    }

    /** SHA-256 over the settings in the order of their names, in hex. */
    public static String hash(Map<String, String> config) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(config).forEach((key, value) -> {
                // Lengths keep apart what concatenation would mix up.
                digest.update(
                        (key.length() + ":" + key + value.length() + ":" + value).getBytes(StandardCharsets.UTF_8));
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
