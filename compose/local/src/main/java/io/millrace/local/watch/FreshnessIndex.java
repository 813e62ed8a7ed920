package io.millrace.local.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps what the probes found in Elasticsearch, an index per day. Used by one thread. */
final class FreshnessIndex {
    static final String PREFIX = "millrace-freshness-";
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy.MM.dd");
    private static final int DAYS = 14;
    private static final String TEMPLATE =
            """
            {"index_patterns": ["millrace-freshness-*"], "priority": 200, "template": {
              "settings": {"number_of_shards": 1, "number_of_replicas": 0},
              "mappings": {"dynamic": "strict", "properties": {
                "@timestamp": {"type": "date"}, "probe": {"type": "keyword"}, "source": {"type": "keyword"},
                "hop": {"type": "keyword"}, "events": {"type": "long"},
                "p50_ms": {"type": "double"}, "p99_ms": {"type": "double"}, "max_ms": {"type": "double"},
                "lost": {"type": "long"}, "duplicates": {"type": "long"}, "good": {"type": "long"},
                "bad": {"type": "long"}, "burn_5m": {"type": "double"}, "burn_1h": {"type": "double"},
                "burn_6h": {"type": "double"}}}}}
            """;

    private final HttpJson elasticsearch;
    private final ProbeReport report;
    private final Clock clock;
    private final Map<String, Long> counted = new HashMap<>();
    private String prepared = "";

    FreshnessIndex(HttpJson elasticsearch, ProbeReport report, Clock clock) {
        this.elasticsearch = elasticsearch;
        this.report = report;
        this.clock = clock;
    }

    /**
     * Writes a document per source and hop.
     *
     * @throws IOException when Elasticsearch is not there or refuses one
     */
    void write() throws IOException, InterruptedException {
        String today = PREFIX + DAY.format(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        if (!today.equals(prepared)) {
            elasticsearch.put("/_index_template/millrace-freshness", TEMPLATE);
            removeOld();
            prepared = today;
        }
        List<ObjectNode> documents = report.documents();
        StringBuilder bulk = new StringBuilder();
        for (ObjectNode document : documents) {
            String of = document.path("source").asText() + "/"
                    + document.path("hop").asText();
            long events = document.path("events").asLong();
            document.put("events", events - counted.getOrDefault(of, 0L));
            counted.put(of, events);
            bulk.append("{\"create\":{}}\n").append(document).append('\n');
        }
        JsonNode answer = elasticsearch.post("/" + today + "/_bulk", bulk.toString());
        if (answer.path("errors").asBoolean()) {
            throw new IOException("Elasticsearch refused documents of " + today + ": " + answer.at("/items/0"));
        }
    }

    private void removeOld() throws IOException, InterruptedException {
        LocalDate oldest = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(DAYS);
        for (JsonNode index : elasticsearch.get("/_cat/indices/" + PREFIX + "*?format=json&h=index")) {
            String name = index.path("index").asText();
            try {
                if (LocalDate.parse(name.substring(PREFIX.length()), DAY).isBefore(oldest)) {
                    elasticsearch.delete("/" + name);
                }
            } catch (DateTimeParseException e) {
                // Not one of ours.
            }
        }
    }
}
