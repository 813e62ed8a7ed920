package io.millrace.spark.lake;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** A mirror's rows, read over {@code POST /sql} as any user would, as the text that {@link SourceTable} gives. */
final class MirrorText {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private MirrorText() {}

    /** @param answer of a query for exactly the source's columns */
    static List<String> rows(JsonNode answer, SourceTable source) {
        List<String> rows = new ArrayList<>();
        for (JsonNode row : answer.path("rows")) {
            List<String> fields = new ArrayList<>();
            for (int i = 0; i < source.columns().size(); i++) {
                fields.add(text(row.path(i), source.columns().get(i).lakeType()));
            }
            rows.add(String.join("|", fields));
        }
        return rows.stream().sorted().toList();
    }

    private static String text(JsonNode value, String type) {
        if (value.isNull()) {
            return "<null>";
        }
        return switch (type) {
            case "timestamp" -> MICROS.format(Instant.parse(value.asText()));
            // Bit by bit, as each side has its own way to write them.
            case "float" -> "%08x".formatted(Float.floatToIntBits((float) value.doubleValue()));
            case "double" -> "%016x".formatted(Double.doubleToLongBits(value.doubleValue()));
            case "array<float>" -> floats(value);
            default -> value.isArray() ? value.toString() : value.asText();
        };
    }

    /** Whole numbers without a fraction, as PostgreSQL writes them. */
    private static String floats(JsonNode values) {
        StringJoiner text = new StringJoiner(",", "[", "]");
        for (JsonNode value : values) {
            float number = (float) value.doubleValue();
            text.add(number == Math.rint(number) ? Long.toString((long) number) : Float.toString(number));
        }
        return text.toString();
    }

    /** What one side has and the other has not, cut to where it begins to differ; empty when they are equal. */
    static List<String> differences(List<String> mirror, List<String> source) {
        List<String> more = new ArrayList<>(mirror);
        List<String> missing = new ArrayList<>();
        for (String row : source) {
            if (!more.remove(row)) {
                missing.add(row);
            }
        }
        List<String> told = new ArrayList<>();
        missing.forEach(row -> told.add("missing: " + around(row, more)));
        more.forEach(row -> told.add("more:    " + around(row, missing)));
        return told;
    }

    private static String around(String row, List<String> others) {
        String key = row.substring(0, Math.max(0, row.indexOf('|')) + 1);
        int same = others.stream()
                .filter(other -> other.startsWith(key))
                .mapToInt(other -> common(row, other))
                .max()
                .orElse(0);
        String from = row.substring(Math.max(0, same - 40), Math.min(row.length(), same + 60));
        return key + " ... " + from + " ... at " + same + " of " + row.length();
    }

    private static int common(String one, String other) {
        int length = 0;
        while (length < Math.min(one.length(), other.length()) && one.charAt(length) == other.charAt(length)) {
            length++;
        }
        return length;
    }

    /** What is left of a table without a key when each of its changes is applied: how often each row is there. */
    static Map<String, Integer> remaining(JsonNode answer, SourceTable source) {
        Map<String, Integer> times = new TreeMap<>();
        int operation = source.columns().size();
        for (JsonNode row : answer.path("rows")) {
            List<String> fields = new ArrayList<>();
            for (int i = 0; i < operation; i++) {
                fields.add(text(row.path(i), source.columns().get(i).lakeType()));
            }
            int change = row.path(operation).asText().equals("d") ? -1 : 1;
            times.merge(String.join("|", fields), change, Integer::sum);
        }
        times.values().removeIf(count -> count == 0);
        return times;
    }
}
