package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What Kibana makes of a spec's {@code url}, once more and independently of the page's JavaScript, so that the specs
 * are tried without a browser and the two can be held against each other.
 *
 * @param min first instant of the time range
 * @param max last instant of it
 * @param filters that a reader has chosen
 */
public record KibanaUrl(Instant min, Instant max, List<JsonNode> filters) {
    private static final long[][] STEPS = {
        {500, 100},
        {5_000, 1_000},
        {7_500, 5_000},
        {15_000, 10_000},
        {45_000, 30_000},
        {180_000, 60_000},
        {450_000, 300_000},
        {1_200_000, 600_000},
        {2_700_000, 1_800_000},
        {7_200_000, 3_600_000},
        {21_600_000, 10_800_000},
        {86_400_000, 43_200_000},
        {604_800_000, 86_400_000},
        {1_814_400_000, 604_800_000},
        {Long.MAX_VALUE, 2_592_000_000L}
    };

    /** The body of the search. */
    public JsonNode body(JsonNode url) {
        ObjectNode body = url.path("body").deepCopy();
        JsonNode timeField = url.path("%timefield%");
        boolean context = url.path("%context%").asBoolean();
        if (body.has("query") && (context || timeField.isTextual())) {
            throw new IllegalArgumentException("a spec has either %context% or its own body.query, not both");
        }
        fill(body);
        if (context || timeField.isTextual()) {
            ObjectNode bool = body.putObject("query").putObject("bool");
            ArrayNode must = bool.putArray("must");
            bool.putArray("filter").addAll(context ? filters : List.of());
            bool.putArray("should");
            bool.putArray("must_not");
            if (timeField.isTextual()) {
                must.addObject().putObject("range").set(timeField.asText(), range());
            }
        }
        return body;
    }

    private void fill(JsonNode node) {
        if (node instanceof ArrayNode array) {
            List<JsonNode> items = new ArrayList<>();
            for (JsonNode item : array) {
                switch (item.asText()) {
                    case "%dashboard_context-filter_clause%" -> items.addAll(filters);
                    case "%dashboard_context-must_clause%", "%dashboard_context-must_not_clause%" -> {}
                    default -> items.add(item);
                }
            }
            array.removeAll().addAll(items);
            array.forEach(this::fill);
        } else if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                JsonNode value = object.get(name);
                if (value.has("%timefilter%")) {
                    object.set(name, timeFilter(value.get("%timefilter%")));
                } else if (name.equals("interval") && value.has("%autointerval%")) {
                    JsonNode parts = value.get("%autointerval%");
                    object.remove(name);
                    object.put("fixed_interval", interval(parts.isBoolean() ? 50 : parts.asInt()));
                } else {
                    fill(value);
                }
            }
        }
    }

    private JsonNode timeFilter(JsonNode what) {
        return switch (what.asText()) {
            case "min" -> JsonNodeFactory.instance.numberNode(min.toEpochMilli());
            case "max" -> JsonNodeFactory.instance.numberNode(max.toEpochMilli());
            default -> range();
        };
    }

    private ObjectNode range() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("gte", min.toString())
                .put("lte", max.toString())
                .put("format", "strict_date_optional_time");
    }

    private String interval(int parts) {
        long wanted = Duration.between(min, max).toMillis() / parts;
        for (long[] step : STEPS) {
            if (wanted <= step[0]) {
                return name(step[1]);
            }
        }
        throw new IllegalStateException("no step for " + wanted);
    }

    private static String name(long millis) {
        if (millis % 86_400_000 == 0) {
            return millis / 86_400_000 + "d";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
