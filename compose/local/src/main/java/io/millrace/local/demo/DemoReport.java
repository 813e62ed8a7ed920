package io.millrace.local.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.client.Table;
import io.millrace.local.send.SendReport;
import io.millrace.local.shop.ShopDatabase;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * What a demo found.
 *
 * @param sites whose events were counted
 * @param sent what became of the file
 * @param numbers the count at every hop
 * @param differences what must agree and does not
 * @param seconds from the first request until every hop had drained
 */
record DemoReport(
        Collection<String> sites, SendReport sent, Numbers numbers, List<Difference> differences, double seconds) {
    static final String FRESHNESS =
            "from the collector's acceptance of a document's newest event until the sink wrote the document to Elasticsearch";

    /** Every number, for machines. */
    String json() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("accepted", sent.accepted());
        put(root.putObject("kafka"), "web.events", Numbers.KAFKA);
        ObjectNode lake = root.putObject("lake");
        put(lake, "raw", Numbers.RAW);
        put(lake, "enriched", Numbers.ENRICHED);
        put(lake, "quarantined", Numbers.QUARANTINED);
        put(lake, "sessions", Numbers.SESSIONS);
        put(lake, "users", Numbers.USERS);
        ObjectNode elasticsearch = root.putObject("elasticsearch");
        put(elasticsearch, "requests", Numbers.ELASTICSEARCH);
        put(elasticsearch, "sessions", Numbers.ELASTICSEARCH_SESSIONS);
        put(root.putObject("redis"), "requests", Numbers.REDIS);
        ObjectNode mirror = root.putObject("mirror");
        for (String table : ShopDatabase.TABLES) {
            ObjectNode both = mirror.putObject(table);
            put(both, "source", Numbers.source(table));
            put(both, "lake", Numbers.mirror(table));
            put(both, "different", Numbers.different(table));
        }
        ObjectNode freshness = root.putObject("freshness_ms");
        put(freshness, "p50", Numbers.FRESHNESS_P50);
        put(freshness, "p99", Numbers.FRESHNESS_P99);
        freshness.put("definition", FRESHNESS);
        root.put("agree", differences.isEmpty());
        differences.stream().map(Difference::text).forEach(root.putArray("differences")::add);
        ArrayNode names = root.putArray("sites");
        sites.stream().sorted().forEach(names::add);
        put(root, "kafka_records", Numbers.KAFKA_RECORDS);
        ObjectNode dlq = root.putObject("dlq");
        put(dlq, "redis", Numbers.DLQ_REDIS);
        put(dlq, "elasticsearch", Numbers.DLQ_ELASTICSEARCH);
        ObjectNode input = root.putObject("input");
        input.put("lines", sent.lines()).put("malformed", sent.malformed()).put("refused", sent.refused());
        input.put("retries", sent.retries());
        root.put("seconds", Math.round(seconds * 10) / 10.0);
        return root.toPrettyString() + "\n";
    }

    /** The numbers beside those they must equal, for people. */
    String text() {
        Table table = new Table(List.of("hop", "count", "must be", ""));
        row(table, Numbers.ACCEPTED, "");
        row(table, Numbers.KAFKA, "no fewer than accepted");
        row(table, Numbers.RAW, "as in Kafka");
        row(table, Numbers.ENRICHED, "with quarantined, as raw");
        row(table, Numbers.QUARANTINED, "");
        row(table, Numbers.SESSIONS, "with their events, as enriched");
        row(table, Numbers.USERS, "");
        row(table, Numbers.ELASTICSEARCH, "as enriched");
        row(table, Numbers.ELASTICSEARCH_SESSIONS, "as in the lake");
        row(table, Numbers.REDIS, "as enriched");
        for (String name : ShopDatabase.TABLES) {
            table.row(List.of(
                    "mirror of " + name,
                    numbers.text(Numbers.mirror(name)),
                    numbers.text(Numbers.source(name)) + " as in the database",
                    mark(Numbers.mirror(name))));
        }
        return table.text()
                + String.format(
                        Locale.ROOT,
                        "%n%nfreshness: p50 %s ms, p99 %s ms (%s)%ndead letters: %s of the Redis sink, %s of the Elasticsearch sink",
                        numbers.text(Numbers.FRESHNESS_P50),
                        numbers.text(Numbers.FRESHNESS_P99),
                        FRESHNESS,
                        numbers.text(Numbers.DLQ_REDIS),
                        numbers.text(Numbers.DLQ_ELASTICSEARCH));
    }

    private void row(Table table, String hop, String rule) {
        table.row(List.of(hop, numbers.text(hop), rule, rule.isEmpty() ? "" : mark(hop)));
    }

    private String mark(String hop) {
        if (hop.equals(Numbers.SESSIONS) && !mark(Numbers.SESSION_EVENTS).equals("agrees")) {
            return "DIFFERS";
        }
        return differences.stream().anyMatch(difference -> difference.hops().contains(hop)) ? "DIFFERS" : "agrees";
    }

    private void put(ObjectNode object, String key, String hop) {
        numbers.find(hop).ifPresentOrElse(value -> object.put(key, value), () -> object.putNull(key));
    }
}
