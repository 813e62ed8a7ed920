package io.millrace.local.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.page.Stores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/** Documents for every index that a dashboard asks: random, but those that the same seed gives are the same. */
final class DashboardSeed {
    static final Instant NEWEST = Instant.parse("2026-03-05T10:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MINUTES = 90;

    private final Random random;
    private final Map<String, List<Map<String, Object>>> documents = new LinkedHashMap<>();

    DashboardSeed(DashboardFiles files, long seed) {
        this.random = new Random(seed);
        TreeSet<String> indices = new TreeSet<>();
        files.dashboards().forEach(dashboard -> dashboard.panels().forEach(panel -> indices.add(files.index(panel))));
        for (String index : indices) {
            if (index.equals("serving.*")) {
                continue;
            }
            IndexFields fields = files.indices().require(index, "the test");
            List<Map<String, Object>> rows = new ArrayList<>();
            for (int i = 0; i < MINUTES; i++) {
                rows.add(row(fields, NEWEST.minus(Duration.ofMinutes(i))));
            }
            documents.put(index.replace("*", "2026.03.05"), rows);
        }
    }

    private Map<String, Object> row(IndexFields fields, Instant minute) {
        Map<String, Object> row = new LinkedHashMap<>();
        fields.fields().forEach((name, type) -> {
            switch (type) {
                case DATE ->
                    row.put(name, minute.plusMillis(random.nextInt(60_000)).toString());
                case NUMBER -> row.put(name, number(name));
                case BOOLEAN -> row.put(name, random.nextInt(3) == 0);
                case KEYWORD ->
                    row.put(
                            name,
                            name.equals("status") && random.nextBoolean()
                                    ? "cancelled"
                                    : name + " " + random.nextInt(4));
                case OTHER -> {}
            }
        });
        row.remove("_index");
        row.computeIfPresent("window_start", (name, value) -> minute.toString());
        return row;
    }

    private Object number(String name) {
        if (name.endsWith("_rate")
                || name.startsWith("p") && name.endsWith("_ms")
                || name.equals("total")
                || name.equals("revenue")) {
            return Math.round(random.nextDouble() * 10_000) / 100.0;
        }
        return (long) random.nextInt(500);
    }

    /** The documents of an index. */
    List<Map<String, Object>> of(String index) {
        return documents.get(index);
    }

    void fill(Stores stores, DashboardFiles files) {
        StringBuilder bulk = new StringBuilder();
        documents.forEach((index, rows) -> {
            stores.elasticsearch("DELETE", "/" + index, "");
            String described = index.startsWith("millrace-freshness") ? "millrace-freshness-*" : index;
            assertThat(stores.elasticsearch(
                                    "PUT",
                                    "/" + index,
                                    mapping(files.indices().require(described, "the test"))
                                            .toString())
                            .statusCode())
                    .isEqualTo(200);
            rows.forEach(row -> bulk.append("{\"index\":{\"_index\":\"" + index + "\"}}\n")
                    .append(JSON.valueToTree(row).toString())
                    .append('\n'));
        });
        assertThat(stores.elasticsearch("POST", "/_bulk?refresh=true", bulk.toString())
                        .body())
                .contains("\"errors\":false");
    }

    void clear(Stores stores) {
        documents.keySet().forEach(index -> stores.elasticsearch("DELETE", "/" + index, ""));
    }

    private static ObjectNode mapping(IndexFields fields) {
        ObjectNode mapping = JSON.createObjectNode();
        mapping.putObject("settings").put("number_of_replicas", 0);
        ObjectNode properties =
                mapping.putObject("mappings").put("dynamic", "strict").putObject("properties");
        fields.fields().forEach((name, type) -> {
            if (name.equals("_index")) {
                return;
            }
            ObjectNode property = properties.putObject(name);
            switch (type) {
                case KEYWORD -> property.put("type", "keyword");
                case DATE -> property.put("type", "date");
                case BOOLEAN -> property.put("type", "boolean");
                case NUMBER -> property.put("type", "double");
                case OTHER -> property.put("type", "object").put("enabled", false);
            }
        });
        return mapping;
    }
}
