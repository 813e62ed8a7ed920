package io.millrace.local.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.StackAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;

/**
 * What only the brokers know: how many records were set aside, how far consumers are, and whether each store has what its
 * sink's committed offsets say that it has.
 */
final class KafkaCollector implements Collector, AutoCloseable {
    private static final String SINK_GROUP = "connect-";
    private static final String LEDGERS =
            "{\"size\":2000,\"_source\":[\"connector\",\"topic\",\"partition\",\"offset\",\"updated_at\",\"newest_received_at\"]}";

    private final StackAddress address;
    private final HttpJson elasticsearch;
    private final Clock clock;
    private final Map<String, Instant> compared = new HashMap<>();
    private final Map<String, LedgerBaseline> baselines =
            Map.of("redis", new LedgerBaseline(), "elasticsearch", new LedgerBaseline());
    private Admin admin;

    KafkaCollector(StackAddress address, HttpJson elasticsearch, Clock clock) {
        this.address = address;
        this.elasticsearch = elasticsearch;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public void collect(PrometheusText text) throws Exception {
        if (admin == null) {
            admin = Admin.create(Map.of(
                    "bootstrap.servers", StackAddress.HOST + ":" + address.kafka(),
                    "default.api.timeout.ms", "5000",
                    "request.timeout.ms", "4000"));
        }
        setAside(text);
        Map<String, Map<TopicPartition, Long>> committed = committed();
        Map<TopicPartition, Long> ends = ends(committed.values().stream()
                .flatMap(offsets -> offsets.keySet().stream())
                .collect(Collectors.toSet()));
        committed.forEach((group, offsets) -> {
            Map<String, Long> lags = new TreeMap<>();
            offsets.forEach((partition, offset) -> {
                if (ends.containsKey(partition)) {
                    lags.merge(partition.topic(), Math.max(0, ends.get(partition) - offset), Long::sum);
                }
            });
            lags.forEach((topic, lag) -> text.gauge(
                    "millrace_group_lag", "Offsets that a group has not read.", lag, "group", group, "topic", topic));
        });
        reconcile(text, "redis", () -> redisLedgers(committed), committed);
        reconcile(text, "elasticsearch", this::searchLedgers, committed);
    }

    private void setAside(PrometheusText text) throws Exception {
        Set<String> topics = admin.listTopics().names().get(5, TimeUnit.SECONDS).stream()
                .filter(topic -> topic.startsWith("dlq.") || topic.startsWith("quarantine."))
                .collect(Collectors.toSet());
        Set<TopicPartition> partitions = new HashSet<>();
        admin.describeTopics(topics)
                .allTopicNames()
                .get(5, TimeUnit.SECONDS)
                .forEach((topic, description) -> description
                        .partitions()
                        .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition()))));
        Map<String, Long> ends = new TreeMap<>();
        ends(partitions).forEach((partition, end) -> ends.merge(partition.topic(), end, Long::sum));
        ends.forEach((topic, end) -> text.counter(
                "millrace_set_aside_total",
                "Offsets of a dead letter or quarantine topic since it exists.",
                end,
                "topic",
                topic));
    }

    private Map<String, Map<TopicPartition, Long>> committed() throws Exception {
        List<String> groups =
                admin.listGroups(ListGroupsOptions.forConsumerGroups()).all().get(5, TimeUnit.SECONDS).stream()
                        .map(GroupListing::groupId)
                        .filter(group -> group.startsWith(SINK_GROUP) || group.startsWith("millrace-"))
                        .toList();
        Map<String, ListConsumerGroupOffsetsSpec> all = new HashMap<>();
        groups.forEach(group -> all.put(group, new ListConsumerGroupOffsetsSpec()));
        Map<String, Map<TopicPartition, Long>> committed = new TreeMap<>();
        if (all.isEmpty()) {
            return committed;
        }
        admin.listConsumerGroupOffsets(all).all().get(5, TimeUnit.SECONDS).forEach((group, offsets) -> {
            // The writers of exactly-once jobs note batch numbers as if they were offsets.
            if (!group.matches("millrace-.*-\\d+")) {
                Map<TopicPartition, Long> known = new HashMap<>();
                offsets.forEach((partition, offset) -> put(known, partition, offset));
                committed.put(group, known);
            }
        });
        return committed;
    }

    private static void put(Map<TopicPartition, Long> known, TopicPartition partition, OffsetAndMetadata offset) {
        if (offset != null) {
            known.put(partition, offset.offset());
        }
    }

    private Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) throws Exception {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        var answer = admin.listOffsets(wanted);
        for (TopicPartition partition : partitions) {
            try {
                ends.put(
                        partition,
                        answer.partitionResult(partition)
                                .get(5, TimeUnit.SECONDS)
                                .offset());
            } catch (java.util.concurrent.ExecutionException e) {
                // A topic that was deleted while its group lives on.
            }
        }
        return ends;
    }

    /** One partition as a store's ledger has it. */
    private record Entry(String connector, TopicPartition partition, long offset, Instant updated, Instant received) {}

    private interface Ledgers {
        List<Entry> read() throws Exception;
    }

    /** A store that is away leaves only its own comparison out; how long ago the last one was is told all the same. */
    private void reconcile(
            PrometheusText text, String store, Ledgers ledgers, Map<String, Map<TopicPartition, Long>> committed)
            throws InterruptedException {
        try {
            Map<String, Map<TopicPartition, Long>> stored = new HashMap<>();
            for (Entry entry : ledgers.read()) {
                tell(text, store, entry);
                stored.computeIfAbsent(entry.connector, connector -> new HashMap<>())
                        .put(entry.partition, entry.offset);
            }
            baselines
                    .get(store)
                    .behind(stored, bySink(committed))
                    .forEach((connector, partitions) -> text.gauge(
                            "millrace_reconciliation_mismatched_partitions",
                            "Partitions of which a store lacks records that it had and that its sink has committed.",
                            partitions,
                            "store",
                            store,
                            "connector",
                            connector));
            compared.put(store, clock.instant());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            compared.putIfAbsent(store, clock.instant());
        }
        text.gauge(
                "millrace_reconciliation_timestamp_seconds",
                "When a store and the committed offsets were compared last; at first, when that was tried first.",
                compared.get(store).toEpochMilli() / 1e3,
                "store",
                store);
    }

    private static Map<String, Map<TopicPartition, Long>> bySink(Map<String, Map<TopicPartition, Long>> committed) {
        Map<String, Map<TopicPartition, Long>> sinks = new HashMap<>();
        committed.forEach((group, offsets) -> {
            if (group.startsWith(SINK_GROUP)) {
                sinks.put(group.substring(SINK_GROUP.length()), offsets);
            }
        });
        return sinks;
    }

    private static void tell(PrometheusText text, String store, Entry entry) {
        String[] of = {
            "store",
            store,
            "connector",
            entry.connector,
            "topic",
            entry.partition.topic(),
            "partition",
            Integer.toString(entry.partition.partition())
        };
        text.gauge("millrace_ledger_offset", "Highest offset that a store has.", entry.offset, of);
        text.gauge(
                "millrace_ledger_timestamp_seconds",
                "When a store was written last.",
                entry.updated.toEpochMilli() / 1e3,
                of);
        if (entry.received != null) {
            text.gauge(
                    "millrace_ledger_age_seconds",
                    "Age of the newest input when it was written.",
                    Duration.between(entry.received, entry.updated).toMillis() / 1e3,
                    of);
        }
    }

    private List<Entry> redisLedgers(Map<String, Map<TopicPartition, Long>> committed) {
        List<Entry> entries = new ArrayList<>();
        List<Runnable> readings = new ArrayList<>();
        try (RedisClient redis = RedisClient.create(StackAddress.HOST, address.redis());
                AbstractPipeline pipeline = redis.pipelined()) {
            committed.forEach((group, offsets) -> {
                if (group.startsWith(SINK_GROUP)) {
                    String connector = group.substring(SINK_GROUP.length());
                    offsets.keySet().forEach(partition -> {
                        Response<Map<String, String>> ledger = pipeline.hgetAll(
                                "millrace:ledger:" + connector + ":" + partition.topic() + ":" + partition.partition());
                        readings.add(() -> entry(entries, connector, partition, ledger.get()));
                    });
                }
            });
            pipeline.sync();
            readings.forEach(Runnable::run);
        }
        return entries;
    }

    private static void entry(
            List<Entry> entries, String connector, TopicPartition partition, Map<String, String> ledger) {
        if (ledger.containsKey("offset") && ledger.containsKey("updated_at")) {
            entries.add(new Entry(
                    connector,
                    partition,
                    Long.parseLong(ledger.get("offset")),
                    Instant.parse(ledger.get("updated_at")),
                    instant(ledger.get("newest_received_at"))));
        }
    }

    private List<Entry> searchLedgers() throws Exception {
        List<Entry> entries = new ArrayList<>();
        JsonNode found = elasticsearch.post("/millrace-ledger/_search?ignore_unavailable=true", LEDGERS);
        for (JsonNode hit : found.at("/hits/hits")) {
            JsonNode ledger = hit.path("_source");
            Instant updated = instant(ledger.path("updated_at").asText(null));
            if (updated != null && ledger.has("offset")) {
                entries.add(new Entry(
                        ledger.path("connector").asText(),
                        new TopicPartition(
                                ledger.path("topic").asText(),
                                ledger.path("partition").asInt()),
                        ledger.path("offset").asLong(),
                        updated,
                        instant(ledger.path("newest_received_at").asText(null))));
            }
        }
        return entries;
    }

    private static Instant instant(String text) {
        try {
            return text == null || text.isEmpty() ? null : Instant.parse(text);
        } catch (java.time.DateTimeException e) {
            return null;
        }
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(2));
        }
    }
}
