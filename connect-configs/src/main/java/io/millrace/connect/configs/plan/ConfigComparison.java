package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.SecretKeys;
import io.millrace.connect.configs.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares the settings of one connector by what they mean: a value that equals the plugin's default is the same as none,
 * and two spellings of a boolean or a list are one. Secrets are compared and never shown.
 *
 * @param differing the settings that differ
 * @param untold settings whose live value is masked, so that nobody can tell whether they differ
 */
public record ConfigComparison(List<KeyChange> differing, List<String> untold) {

    /** Compares what is live with what is declared; {@code validation} is what the plugin knows, or nothing. */
    public static ConfigComparison of(
            DeclaredConnector declared, Map<String, String> live, Optional<Validation> validation) {
        Validation known = validation.orElse(new Validation(Map.of(), Map.of()));
        Map<String, String> before = Marks.plain(live);
        Map<String, String> after = Marks.plain(declared.config());
        TreeSet<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        List<KeyChange> differing = new ArrayList<>();
        List<String> untold = new ArrayList<>();
        for (String key : keys) {
            String old = before.get(key);
            String wanted = after.get(key);
            if (old != null && wanted != null && SecretKeys.isMasked(old) && !old.equals(wanted)) {
                untold.add(key);
            } else if (!same(key, old, wanted, known)) {
                // A variable that was resolved from outside the files may be a secret under any name.
                boolean secret =
                        known.isSecret(key) || declared.origin().shown().containsKey(key);
                differing.add(new KeyChange(
                        key,
                        Optional.ofNullable(old).map(value -> SecretKeys.printable(value, secret)),
                        Optional.ofNullable(wanted).map(value -> shown(declared, key, value, secret)),
                        wanted == null ? "" : declared.origin().at(key)));
            }
        }
        return new ConfigComparison(List.copyOf(differing), List.copyOf(untold));
    }

    private static String shown(DeclaredConnector declared, String key, String value, boolean secret) {
        String written = declared.origin().shown().get(key);
        return written != null ? written : SecretKeys.printable(value, secret);
    }

    private static boolean same(String key, String before, String after, Validation known) {
        Validation.Definition definition = known.settings().get(key);
        if (definition == null) {
            return before != null && before.equals(after);
        }
        String type = definition.type();
        Optional<String> byDefault = definition.defaultValue();
        Optional<String> old = Optional.ofNullable(before).or(() -> byDefault).map(value -> meaning(value, type));
        Optional<String> wanted = Optional.ofNullable(after).or(() -> byDefault).map(value -> meaning(value, type));
        return old.equals(wanted);
    }

    private static String meaning(String value, String type) {
        return switch (type) {
            case "BOOLEAN" -> value.strip().toLowerCase(Locale.ROOT);
            case "INT", "SHORT", "LONG", "DOUBLE", "CLASS" -> value.strip();
            case "LIST" ->
                Stream.of(value.strip().split(",", -1)).map(String::strip).collect(Collectors.joining(","));
            default -> value;
        };
    }

    /** Whether nothing differs as far as anybody can tell. */
    public boolean isSame() {
        return differing.isEmpty();
    }
}
