package io.millrace.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.StackAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The part of the status that tells how fresh the pipeline is, and where Prometheus finds the numbers. */
final class FreshnessLines {
    private FreshnessLines() {}

    /** @param found what the prober says of itself */
    static List<String> of(JsonNode found) {
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder(String.format("%-10s %7s %5s %6s", "PROBES", "SENT", "LOST", "BUDGET"));
        found.at("/sources/0/hops")
                .forEach(hop -> head.append(
                        String.format(" %15s", hop.path("hop").asText().toUpperCase(Locale.ROOT))));
        lines.add(head.toString());
        for (JsonNode source : found.path("sources")) {
            long lost = 0;
            StringBuilder hops = new StringBuilder();
            for (JsonNode hop : source.path("hops")) {
                lost += hop.path("lost").asLong();
                hops.append(String.format(
                        " %15s",
                        hop.has("p50_ms")
                                ? String.format(
                                        Locale.ROOT,
                                        "%.2f / %.2f s",
                                        hop.path("p50_ms").asDouble() / 1000,
                                        hop.path("p99_ms").asDouble() / 1000)
                                : "-"));
            }
            lines.add(String.format(
                            Locale.ROOT,
                            "%-10s %7d %5d %6s",
                            source.path("source").asText(),
                            source.path("sent").asLong(),
                            lost,
                            String.format(
                                    Locale.ROOT, "x%.1f", source.path("burn_1h").asDouble()))
                    + hops);
        }
        return lines;
    }

    /** Where each part shows its numbers. */
    static String metrics(StackAddress address) {
        return "Metrics for Prometheus: watch " + StackAddress.url(address.watch()) + "/metrics, kafka "
                + address.kafkaMetrics() + ", connect " + address.connectMetrics() + ", registry "
                + address.registry() + ", spark-serving " + address.servingDriver() + ", spark-lake "
                + address.lakeDriver() + " (tables: /metrics/lake)";
    }
}
