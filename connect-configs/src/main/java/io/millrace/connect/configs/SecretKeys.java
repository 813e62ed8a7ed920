package io.millrace.connect.configs;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells secrets by their names and by their looks. What a plugin declares as a password is one in any case; this is for
 * settings whose type nobody knows.
 */
public final class SecretKeys {
    /** What is printed in the place of a secret. */
    public static final String HIDDEN = "(hidden)";

    private static final Pattern NAME = Pattern.compile(
            "password|passwd|passphrase|secret|credential|api[._-]?key|private[._-]?key|access[._-]?key|(^|[._-])tokens?($|[._-])|jaas|basic\\.auth\\.user\\.info");
    // Names that speak about secrets without holding one.
    private static final Pattern HARMLESS = Pattern.compile(
            "(\\.(class|file|path|location|type|url|uri|enabled?|provider|name|endpoint(\\.url)?|algorithm|ms)|file|path)$");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[A-Za-z][A-Za-z0-9_-]*:[^}]+}");
    private static final Pattern USER_INFO = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)([^/@\\s:]*):([^/@\\s]*)@");
    private static final Pattern QUERY = Pattern.compile(
            "([?&;](?:password|passwd|pwd|passphrase|secret|token|api_?key)=)([^&;\\s]*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern MASK = Pattern.compile("(\\*{3,}|•{3,}|\\[(hidden|redacted|masked)]|<redacted>)");

    private SecretKeys() {}

    /** Whether a setting of this name holds a secret, judged by the name alone. */
    public static boolean isSecretName(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        return NAME.matcher(name).find() && !HARMLESS.matcher(name).find();
    }

    /** Whether a value contains a reference such as {@code ${env:NAME}}. */
    public static boolean hasReference(String value) {
        return REFERENCE.matcher(value).find();
    }

    /** Whether a value is empty or made of references only, so that printing it tells nothing. */
    public static boolean isReferenceOnly(String value) {
        return REFERENCE.matcher(value).replaceAll("").isBlank();
    }

    /** Whether a value is a URL, or holds one, with a literal password in it. */
    public static boolean hasPasswordInUrl(String value) {
        return !passwordsInUrls(value).isEmpty();
    }

    /** The literal passwords of the URLs in a value. */
    public static List<String> passwordsInUrls(String value) {
        return Stream.concat(
                        USER_INFO.matcher(value).results().map(url -> url.group(3)),
                        QUERY.matcher(value).results().map(query -> query.group(2)))
                .filter(password -> !isReferenceOnly(password))
                .toList();
    }

    /** Whether a value stands in the place of a secret that the worker does not tell. */
    public static boolean isMasked(String value) {
        return MASK.matcher(value).matches();
    }

    /** A text in which the passwords of URLs are hidden. */
    public static String hideInUrls(String text) {
        String hidden = USER_INFO
                .matcher(text)
                .replaceAll(url -> Matcher.quoteReplacement(
                        isReferenceOnly(url.group(3)) ? url.group() : url.group(1) + HIDDEN + "@"));
        return QUERY.matcher(hidden)
                .replaceAll(query -> Matcher.quoteReplacement(
                        isReferenceOnly(query.group(2)) ? query.group() : query.group(1) + HIDDEN));
    }

    /** The value with the reference in the place of every literal password of its URLs. */
    public static String referInUrls(String value, String reference) {
        String referring = USER_INFO
                .matcher(value)
                .replaceAll(url -> Matcher.quoteReplacement(
                        isReferenceOnly(url.group(3))
                                ? url.group()
                                : url.group(1) + url.group(2) + ":" + reference + "@"));
        return QUERY.matcher(referring)
                .replaceAll(query -> Matcher.quoteReplacement(
                        isReferenceOnly(query.group(2)) ? query.group() : query.group(1) + reference));
    }

    /** Whether a value of a setting that holds a secret stands in plain sight: neither empty nor by reference. */
    public static boolean isLiteral(String value) {
        return !value.isBlank() && !hasReference(value) && !isMasked(value);
    }

    /**
     * A value as it may be printed.
     *
     * @param secret whether the setting is known to hold a secret
     */
    public static String printable(String value, boolean secret) {
        return secret && !isReferenceOnly(value) ? HIDDEN : hideInUrls(value);
    }
}
