package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Collection;
import java.util.stream.Collectors;

/** Shows a client what it has sent, short enough for one line. */
public final class Shown {
    private static final int LENGTH = 60;
    private static final int NAMES = 12;

    private Shown() {}

    public static String value(JsonParser json, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "\"" + cut(json.getText()) + "\"";
            default -> cut(json.getText());
        };
    }

    /** The first few names, and how many more there are. */
    public static String names(Collection<String> names) {
        String first = names.stream().limit(NAMES).collect(Collectors.joining(", "));
        return names.size() <= NAMES ? first : first + " and " + (names.size() - NAMES) + " more";
    }

    public static String cut(String text) {
        return cut(text, LENGTH);
    }

    public static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }
}
