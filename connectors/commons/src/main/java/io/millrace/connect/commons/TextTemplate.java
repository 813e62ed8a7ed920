package io.millrace.connect.commons;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * A text with placeholders, <code>${name}</code>, that a value of some type fills in. Which placeholders there are is up
 * to whoever parses it. Immutable.
 *
 * @param <R> what fills it in
 */
public final class TextTemplate<R> {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    private final String text;
    private final List<Function<R, String>> parts;

    private TextTemplate(String text, List<Function<R, String>> parts) {
        this.text = text;
        this.parts = parts;
    }

    /**
     * Reads a template.
     *
     * @param name the configuration key that it comes from, for the message
     * @param placeholders gives for the text between the braces what renders it; throws when there is no such placeholder
     * @throws ConfigException when the template is empty
     */
    public static <R> TextTemplate<R> parse(
            String name, String text, Function<String, Function<R, String>> placeholders) {
        List<Function<R, String>> parts = new ArrayList<>();
        Matcher placeholder = PLACEHOLDER.matcher(text);
        int literalFrom = 0;
        while (placeholder.find()) {
            literal(parts, text.substring(literalFrom, placeholder.start()));
            parts.add(placeholders.apply(placeholder.group(1)));
            literalFrom = placeholder.end();
        }
        literal(parts, text.substring(literalFrom));
        if (parts.isEmpty()) {
            throw new ConfigException(name, text, "It must not be empty");
        }
        return new TextTemplate<>(text, List.copyOf(parts));
    }

    /** The text for a value; throws what a placeholder throws that the value has nothing for. */
    public String render(R value) {
        if (parts.size() == 1) {
            return parts.get(0).apply(value);
        }
        StringBuilder rendered = new StringBuilder();
        for (Function<R, String> part : parts) {
            rendered.append(part.apply(value));
        }
        return rendered.toString();
    }

    @Override
    public String toString() {
        return text;
    }

    private static <R> void literal(List<Function<R, String>> parts, String text) {
        if (!text.isEmpty()) {
            parts.add(value -> text);
        }
    }
}
