package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The search that the stored state of a Lens panel amounts to, made from that state alone: its columns in their order, nested
 * as Lens nests them. Written apart from the code that makes the state and the page's spec.
 */
final class LensQuery {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode columns;
    private final List<String> buckets = new ArrayList<>();
    private final List<String> metrics = new ArrayList<>();
    private final JsonNode attributes;

    LensQuery(JsonNode attributes) {
        this.attributes = attributes;
        JsonNode layer = attributes.at("/state/datasourceStates/formBased/layers/layer");
        this.columns = layer.path("columns");
        layer.path("columnOrder").forEach(id -> {
            boolean bucketed = columns.at("/" + id.asText() + "/isBucketed").asBoolean();
            (bucketed ? buckets : metrics).add(id.asText());
        });
    }

    JsonNode body(String time, Instant min, Instant max) {
        ObjectNode body = JSON.createObjectNode().put("size", 0).put("track_total_hits", true);
        var filter = body.putObject("query").putObject("bool").putArray("filter");
        filter.addObject()
                .putObject("range")
                .putObject(time)
                .put("gte", min.toString())
                .put("lte", max.toString());
        String where = attributes.at("/state/query/query").asText();
        if (!where.isEmpty()) {
            // Lucene's syntax reads the few conditions that are in use here; it is not Kibana's parser.
            filter.addObject()
                    .putObject("query_string")
                    .put("query", where.replace("not ", "NOT ").replace(": ", ":"));
        }
        level(body, 0);
        return body;
    }

    private void level(ObjectNode into, int depth) {
        ObjectNode aggs = into.putObject("aggs");
        for (String metric : metrics) {
            JsonNode column = columns.path(metric);
            String field = column.path("sourceField").asText();
            switch (column.path("operationType").asText()) {
                case "count" -> aggs.putObject(metric).putObject("filter").putObject("match_all");
                case "unique_count" ->
                    aggs.putObject(metric).putObject("cardinality").put("field", field);
                case "average" -> aggs.putObject(metric).putObject("avg").put("field", field);
                case "percentile" ->
                    aggs.putObject(metric)
                            .putObject("percentiles")
                            .put("field", field)
                            .putArray("percents")
                            .add(column.at("/params/percentile").asDouble());
                default ->
                    aggs.putObject(metric)
                            .putObject(column.path("operationType").asText())
                            .put("field", field);
            }
        }
        if (depth == buckets.size()) {
            return;
        }
        JsonNode column = columns.path(buckets.get(depth));
        ObjectNode bucket = aggs.putObject("bucket");
        String field = column.path("sourceField").asText();
        if (column.path("operationType").asText().equals("date_histogram")) {
            // One step over everything: how Lens chooses "auto" is its own affair, the sum is the same.
            bucket.putObject("date_histogram")
                    .put("field", field)
                    .put("fixed_interval", "3650d")
                    .put("min_doc_count", 1);
        } else {
            ObjectNode terms = bucket.putObject("terms")
                    .put("field", field)
                    .put("size", column.at("/params/size").asInt());
            String by = column.at("/params/orderBy/columnId").asText();
            String order =
                    switch (columns.at("/" + by + "/operationType").asText()) {
                        case "percentile" ->
                            by + "["
                                    + columns.at("/" + by + "/params/percentile")
                                            .asDouble() + "]";
                        case "count" -> "_count";
                        default -> by;
                    };
            terms.putObject("order").put(order, "desc");
        }
        level(bucket, depth + 1);
    }

    /** First metric of each row, by the names of its groups without time. */
    Map<String, Double> rows(JsonNode answer) {
        Map<String, Double> rows = new TreeMap<>();
        collect(answer.path("aggregations"), 0, "", rows);
        return rows;
    }

    private void collect(JsonNode aggregations, int depth, String name, Map<String, Double> rows) {
        if (depth == buckets.size()) {
            JsonNode metric = aggregations.path(metrics.get(0));
            rows.put(
                    name,
                    metric.has("values")
                            ? metric.path("values").elements().next().asDouble()
                            : metric.path("value")
                                    .asDouble(metric.path("doc_count").asDouble()));
            return;
        }
        boolean time =
                columns.at("/" + buckets.get(depth) + "/operationType").asText().equals("date_histogram");
        for (JsonNode bucket : aggregations.at("/bucket/buckets")) {
            String key = bucket.path("key_as_string").asText(bucket.path("key").asText());
            collect(bucket, depth + 1, time ? name : name + "|" + key, rows);
        }
    }
}
