package io.millrace.spark.lake;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            default -> value.isArray() ? value.toString() : value.asText();
        };
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
