package io.millrace.local.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/** The search cluster's state, and what the job data_quality served last. */
final class ElasticsearchCollector implements Collector {
    private static final List<String> STATES = List.of("green", "yellow", "red");
    private static final String NEWEST_HOURS =
            "{\"size\":100,\"sort\":[{\"window_start\":\"desc\"}],\"query\":{\"range\":{\"window_start\":{\"gte\":\"now-3h\"}}}}";

    private final HttpJson elasticsearch;

    ElasticsearchCollector(HttpJson elasticsearch) {
        this.elasticsearch = elasticsearch;
    }

    @Override
    public String name() {
        return "elasticsearch";
    }

    @Override
    public void collect(PrometheusText text) throws IOException, InterruptedException {
        JsonNode health = elasticsearch.get("/_cluster/health");
        for (String state : STATES) {
            text.gauge(
                    "millrace_elasticsearch_status",
                    "1 for the cluster's state.",
                    state.equals(health.path("status").asText()) ? 1 : 0,
                    "status",
                    state);
        }
        text.gauge(
                "millrace_elasticsearch_unassigned_shards",
                "Shards without a node.",
                health.path("unassigned_shards").asDouble());
        JsonNode nodes =
                elasticsearch.get("/_nodes/stats/jvm,thread_pool,indices").path("nodes");
        for (JsonNode node : nodes) {
            String of = node.path("name").asText("node");
            text.gauge(
                    "millrace_elasticsearch_heap_share",
                    "Share of the heap in use.",
                    node.at("/jvm/mem/heap_used_percent").asDouble() / 100,
                    "node",
                    of);
            text.counter(
                    "millrace_elasticsearch_rejected_writes_total",
                    "Writes refused because the queue was full.",
                    node.at("/thread_pool/write/rejected").asDouble(),
                    "node",
                    of);
            text.gauge(
                    "millrace_elasticsearch_documents",
                    "Documents.",
                    node.at("/indices/docs/count").asDouble(),
                    "node",
                    of);
            text.gauge(
                    "millrace_elasticsearch_store_bytes",
                    "Disk that indices need.",
                    node.at("/indices/store/size_in_bytes").asDouble(),
                    "node",
                    of);
        }
        quality(text);
    }

    private void quality(PrometheusText text) throws IOException, InterruptedException {
        JsonNode hours = elasticsearch.post("/serving.data_quality/_search?ignore_unavailable=true", NEWEST_HOURS);
        java.util.Set<String> told = new java.util.HashSet<>();
        for (JsonNode hit : hours.at("/hits/hits")) {
            JsonNode hour = hit.path("_source");
            String kind = hour.path("kind").asText();
            if (!told.add(kind)) {
                continue;
            }
            text.gauge(
                    "millrace_quality_records",
                    "Records of the newest hour.",
                    hour.path("records").asDouble(),
                    "kind",
                    kind);
            failures(text, kind, "schema", hour.path("schema_mismatches"));
            failures(text, kind, "contract", hour.path("contract_failures"));
            failures(text, kind, "time", hour.path("time_failures"));
            text.gauge(
                    "millrace_quality_violations",
                    "Expectations of the contract that the newest hour breaks.",
                    hour.path("violations").size(),
                    "kind",
                    kind);
            for (String anomaly : List.of("drop", "spike")) {
                text.gauge(
                        "millrace_quality_volume_anomaly",
                        "1 when the newest hour has far fewer or more records than the same hour of other days.",
                        anomaly.equals(hour.path("volume").asText()) ? 1 : 0,
                        "kind",
                        kind,
                        "anomaly",
                        anomaly);
            }
        }
    }

    private static void failures(PrometheusText text, String kind, String stage, JsonNode number) {
        text.gauge(
                "millrace_quality_failures",
                "Records of the newest hour that failed.",
                number.asDouble(),
                "kind",
                kind,
                "stage",
                stage);
    }
}
