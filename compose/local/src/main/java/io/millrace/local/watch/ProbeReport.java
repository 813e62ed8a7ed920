package io.millrace.local.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Tells what a {@link ProbeBook} knows: as metrics, JSON, documents and a table. Safe for use by several threads. */
final class ProbeReport {
    private static final Duration SHORT = Duration.ofMinutes(5);
    private static final Duration HOUR = Duration.ofHours(1);

    private final ProbeBook book;
    private final Clock clock;

    ProbeReport(ProbeBook book, Clock clock) {
        this.book = book;
        this.clock = clock;
    }

    void metrics(PrometheusText text) {
        Instant now = clock.instant();
        book.each((name, source) -> {
            String[] of = {"source", name};
            text.counter("millrace_probe_sent_total", "Probes sent.", source.sent(), of);
            text.counter("millrace_probe_refused_total", "Probes that nobody accepted.", source.refused(), of);
            text.counter("millrace_probe_duplicates_total", "Probes that a topic has twice.", source.duplicates(), of);
            text.counter(
                    "millrace_probe_recovered_total",
                    "Probes that were told to be lost and came.",
                    source.recovered(),
                    of);
            text.gauge("millrace_probe_open", "Probes accepted and not yet in both stores.", source.open(), of);
            text.counter(
                    "millrace_probe_good_total",
                    "Probes in both stores within 30 s.",
                    source.budget().good(),
                    of);
            text.counter(
                    "millrace_probe_bad_total",
                    "Probes not in both stores within 30 s.",
                    source.budget().bad(),
                    of);
            for (Hop hop : Hop.values()) {
                String[] at = {"source", name, "hop", hop.label()};
                HopTimes times = source.times(hop);
                text.histogram(
                        "millrace_probe_age_seconds",
                        "Age of probes at a hop.",
                        HopTimes.LIMITS,
                        times.classes(),
                        times.count(),
                        times.sum(),
                        at);
                text.counter(
                        "millrace_probe_lost_total",
                        "Probes missing at a hop that later ones passed.",
                        source.lost(hop),
                        at);
            }
            for (Duration window : List.of(SHORT, HOUR, ErrorBudget.LONGEST)) {
                text.gauge(
                        "millrace_probe_budget_burn",
                        "How many times faster than allowed the error budget is used up.",
                        source.budget().burn(now, window),
                        "source",
                        name,
                        "window",
                        label(window));
            }
            return name;
        });
    }

    ObjectNode json() {
        Instant now = clock.instant();
        ObjectNode report = JsonNodeFactory.instance.objectNode().put("at", now.toString());
        report.put("probe", book.probe()).put("objective_seconds", SourceBook.IN_TIME.toSeconds());
        ArrayNode sources = report.putArray("sources");
        book.each((name, source) -> {
            ObjectNode node = sources.addObject().put("source", name);
            node.put("sent", source.sent()).put("refused", source.refused());
            node.put("good", source.budget().good()).put("bad", source.budget().bad());
            node.put("duplicates", source.duplicates()).put("recovered", source.recovered());
            node.put("open", source.open());
            node.put("burn_5m", round(source.budget().burn(now, SHORT)));
            node.put("burn_1h", round(source.budget().burn(now, HOUR)));
            node.put("burn_6h", round(source.budget().burn(now, ErrorBudget.LONGEST)));
            if (!source.lastRefusal().isEmpty()) {
                node.put("last_refusal", source.lastRefusal());
            }
            ArrayNode hops = node.putArray("hops");
            for (Hop hop : Hop.values()) {
                ObjectNode at = hops.addObject().put("hop", hop.label());
                at.put("events", source.times(hop).count()).put("lost", source.lost(hop));
                ages(at, source.times(hop));
            }
            return name;
        });
        ArrayNode losses = report.putArray("losses");
        for (Loss loss : book.losses()) {
            losses.addObject()
                    .put("source", loss.source())
                    .put("sequence", loss.sequence())
                    .put("hop", loss.hop().label())
                    .put("sent_at", loss.sentAt().toString())
                    .put("reported_at", loss.reportedAt().toString());
        }
        return report;
    }

    /** A document per source and hop, without what was counted since the last ones. */
    List<ObjectNode> documents() {
        Instant now = clock.instant();
        List<ObjectNode> documents = new ArrayList<>();
        book.each((name, source) -> {
            for (Hop hop : Hop.values()) {
                ObjectNode document = JsonNodeFactory.instance.objectNode();
                document.put("@timestamp", now.toString()).put("probe", book.probe());
                document.put("source", name).put("hop", hop.label());
                document.put("events", source.times(hop).count());
                ages(document, source.times(hop));
                document.put("lost", source.lost(hop)).put("duplicates", source.duplicates());
                document.put("good", source.budget().good())
                        .put("bad", source.budget().bad());
                document.put("burn_5m", round(source.budget().burn(now, SHORT)));
                document.put("burn_1h", round(source.budget().burn(now, HOUR)));
                document.put("burn_6h", round(source.budget().burn(now, ErrorBudget.LONGEST)));
                documents.add(document);
            }
            return name;
        });
        return documents;
    }

    /** Aligned lines: a source per line, p50 and p99 per hop. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder(String.format("%-9s %7s %5s %5s", "SOURCE", "SENT", "LOST", "TWICE"));
        Arrays.stream(Hop.values())
                .forEach(hop -> head.append(String.format(" %15s", hop.name().toLowerCase(Locale.ROOT))));
        lines.add(head + "   BUDGET");
        lines.addAll(book.each((name, source) -> {
            long lost = Arrays.stream(Hop.values()).mapToLong(source::lost).sum();
            StringBuilder line = new StringBuilder(
                    String.format(Locale.ROOT, "%-9s %7d %5d %5d", name, source.sent(), lost, source.duplicates()));
            for (Hop hop : Hop.values()) {
                HopTimes times = source.times(hop);
                line.append(String.format(
                        " %15s",
                        times.quantile(0.5).isEmpty()
                                ? "-"
                                : String.format(
                                        Locale.ROOT,
                                        "%.2f / %.2f s",
                                        times.quantile(0.5).getAsDouble(),
                                        times.quantile(0.99).getAsDouble())));
            }
            return line.append(String.format(
                            Locale.ROOT, "   x%.1f", source.budget().burn(clock.instant(), HOUR)))
                    .toString();
        }));
        return lines;
    }

    private static void ages(ObjectNode node, HopTimes times) {
        milliseconds(node, "p50_ms", times.quantile(0.5));
        milliseconds(node, "p99_ms", times.quantile(0.99));
        milliseconds(node, "max_ms", times.quantile(1));
    }

    private static void milliseconds(ObjectNode node, String name, OptionalDouble seconds) {
        seconds.ifPresent(value -> node.put(name, Math.round(value * 1e4) / 10.0));
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private static String label(Duration window) {
        return window.toHours() > 0 ? window.toHours() + "h" : window.toMinutes() + "m";
    }
}
