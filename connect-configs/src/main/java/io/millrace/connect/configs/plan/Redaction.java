package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.SecretKeys;
import io.millrace.connect.configs.Validation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes secrets out of what workers say: the literal ones of the settings at hand, whatever stands as a password in a URL,
 * and what follows a word such as {@code password=}.
 */
public final class Redaction {
    private static final Pattern NAMED = Pattern.compile(
            "((?:password|passwd|passphrase|secret|token|api[._-]?key|credentials?)[\"']?\\s*[=:]\\s*)(\"[^\"]*\"|'[^']*'|[^\\s,;)}\\]]+)",
            Pattern.CASE_INSENSITIVE);
    /** Shorter ones would blacken ordinary words, and the patterns find most of them. */
    private static final int SHORTEST = 4;

    private static final Pattern INVALID = Pattern.compile("Invalid value .* for configuration", Pattern.DOTALL);

    private final List<String> secrets;
    private final Set<String> secretKeys;

    private Redaction(List<String> secrets, Set<String> secretKeys) {
        this.secretKeys = Set.copyOf(secretKeys);
        this.secrets = secrets.stream()
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** A redaction that knows the literal secrets of some settings; {@code validation} may be null. */
    public static Redaction of(Map<String, String> config, Validation validation) {
        List<String> secrets = new ArrayList<>();
        Set<String> secretKeys = new HashSet<>();
        config.forEach((key, value) -> {
            boolean secret = validation == null ? SecretKeys.isSecretName(key) : validation.isSecret(key);
            if (secret) {
                secretKeys.add(key);
            }
            if ((secret || SecretKeys.isSecretName(key)) && SecretKeys.isLiteral(value) && value.length() >= SHORTEST) {
                secrets.add(value);
            }
            secrets.addAll(SecretKeys.passwordsInUrls(value));
        });
        return new Redaction(secrets, secretKeys);
    }

    /** A redaction that knows the literal secrets of a declared connector, and what its variables were resolved to. */
    public static Redaction of(DeclaredConnector connector, Validation validation) {
        Redaction known = of(connector.config(), validation);
        List<String> resolved = connector.origin().shown().keySet().stream()
                .map(connector.config()::get)
                .filter(value -> value != null && value.length() >= SHORTEST)
                .toList();
        return known.and(new Redaction(resolved, Set.of()));
    }

    /** A redaction that knows the secrets of both. */
    public Redaction and(Redaction other) {
        return and(Optional.of(other));
    }

    Redaction and(Optional<Redaction> other) {
        List<String> all = new ArrayList<>(secrets);
        Set<String> keys = new HashSet<>(secretKeys);
        other.ifPresent(more -> {
            all.addAll(more.secrets);
            keys.addAll(more.secretKeys);
        });
        return new Redaction(all, keys);
    }

    /** What a worker says about one setting, without secrets: Kafka repeats the value, references already resolved. */
    String apply(String key, String message) {
        boolean secret = SecretKeys.isSecretName(key) || secretKeys.contains(key);
        return apply(
                secret
                        ? INVALID.matcher(message)
                                .replaceAll("Invalid value " + SecretKeys.HIDDEN + " for configuration")
                        : message);
    }

    /** The text without secrets. */
    public String apply(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, SecretKeys.HIDDEN);
        }
        clean = SecretKeys.hideInUrls(clean);
        return NAMED.matcher(clean)
                .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(
                        SecretKeys.isReferenceOnly(found.group(2))
                                ? found.group()
                                : found.group(1) + SecretKeys.HIDDEN));
    }
}
