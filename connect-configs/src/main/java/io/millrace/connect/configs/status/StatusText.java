package io.millrace.connect.configs.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.TextTable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** The table as text and as JSON. */
final class StatusText {
    private static final List<String> HEADER =
            List.of("CONNECTOR", "TYPE", "STATE", "TASKS", "LAG", "BEHIND", "DLQ", "RESTARTS", "DRIFT", "LAST ERROR");
    private static final Set<Integer> NUMBERS = Set.of(3, 4, 5, 6, 7);

    private StatusText() {}

    static List<String> lines(List<ConnectorRow> rows, int width) {
        TextTable table = new TextTable(HEADER, NUMBERS);
        rows.forEach(row -> table.row(List.of(
                row.name(),
                row.type(),
                row.state(),
                row.running() + "/" + row.tasks(),
                number(row.lag().records()),
                row.lag().age().map(StatusText::age).orElse("-"),
                number(row.deadLetters()),
                row.restarts().isPresent() ? Integer.toString(row.restarts().getAsInt()) : "-",
                row.drift().toString(),
                row.error().orElse(""))));
        return table.lines(width);
    }

    static ArrayNode json(List<ConnectorRow> rows, ObjectMapper mapper) {
        ArrayNode all = mapper.createArrayNode();
        for (ConnectorRow row : rows) {
            ObjectNode one = all.addObject()
                    .put("name", row.name())
                    .put("type", row.type())
                    .put("state", row.state());
            one.putObject("tasks").put("running", row.running()).put("total", row.tasks());
            ObjectNode lag = one.putObject("lag");
            lag.put("records", boxed(row.lag().records()));
            lag.put(
                    "seconds",
                    row.lag().age().map(age -> age.toMillis() / 1000.0).orElse(null));
            one.put("dead_letters", boxed(row.deadLetters()));
            one.put(
                    "restarts",
                    row.restarts().isPresent() ? (Integer) row.restarts().getAsInt() : null);
            one.put("drift", row.drift().toString());
            one.put("error", row.error().orElse(null));
        }
        return all;
    }

    /** A time as people read it: two units at most. */
    static String age(Duration age) {
        if (age.toDays() > 0) {
            return age.toDays() + "d" + age.toHoursPart() + "h";
        }
        if (age.toHours() > 0) {
            return age.toHours() + "h" + age.toMinutesPart() + "m";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + "m" + age.toSecondsPart() + "s" : age.toSeconds() + "s";
    }

    private static Long boxed(OptionalLong value) {
        return value.isPresent() ? (Long) value.getAsLong() : null;
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%,d", value.getAsLong()) : "-";
    }
}
