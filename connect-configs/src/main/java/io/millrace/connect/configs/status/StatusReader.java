package io.millrace.connect.configs.status;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.ConnectorStatus;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.SecretKeys;
import io.millrace.connect.configs.Validation;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.plan.Redaction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Gathers what the table shows, with few requests for many connectors. Used once. */
final class StatusReader {
    private static final Duration STATUS_TOPIC_LIMIT = Duration.ofSeconds(3);
    private static final Duration AGE_LIMIT = Duration.ofSeconds(2);

    private final Environment environment;
    private final ConnectClient connect;
    private final Clusters clusters;
    private final Instant now;
    private final List<String> notes = new ArrayList<>();

    StatusReader(Environment environment, Clusters clusters, Clock clock) {
        this.environment = environment;
        this.clusters = clusters;
        this.connect = clusters.connect();
        this.now = clock.instant();
    }

    ConnectorTable read(Collection<DeclaredConnector> declaredConnectors) {
        Map<String, DeclaredConnector> declared =
                declaredConnectors.stream().collect(Collectors.toMap(DeclaredConnector::name, one -> one));
        Map<String, Object> consumerProperties = clusters.consumerProperties();
        CompletableFuture<StatusTopic> reading = CompletableFuture.supplyAsync(() ->
                StatusTopic.read(new HashMap<>(consumerProperties), environment.statusTopic(), STATUS_TOPIC_LIMIT));
        Map<String, LiveConnector> live = connect.describeAll();
        Map<String, Validation> plugins = plugins(live.values(), declared.keySet());
        Optional<StatusTopic> history = history(reading);
        Measured measured = measure(live.values(), history, consumerProperties);

        Map<String, ConnectorRow> rows = new TreeMap<>();
        live.forEach((name, connector) -> {
            Validation known = plugins.get(connector.config().get("connector.class"));
            rows.put(
                    name,
                    row(
                            connector,
                            measured,
                            history.map(all -> all.restarts(name)).orElse(OptionalInt.empty()),
                            Drift.of(connector, Optional.ofNullable(declared.get(name)), Optional.ofNullable(known)),
                            known));
        });
        declared.keySet().forEach(name -> rows.computeIfAbsent(name, StatusReader::missing));
        return new ConnectorTable(List.copyOf(rows.values()), notes);
    }

    private static ConnectorRow row(
            LiveConnector connector, Measured measured, OptionalInt restarts, Drift drift, Validation known) {
        ConnectorStatus status = connector.status();
        Redaction redaction = Redaction.of(connector.config(), known);
        return new ConnectorRow(
                connector.name(),
                connector.type(),
                status.state().isEmpty() ? "UNKNOWN" : status.state(),
                (int) status.tasks().stream()
                        .filter(task -> task.state().equals("RUNNING"))
                        .count(),
                status.tasks().size(),
                measured.lags().getOrDefault(connector.name(), Lag.UNKNOWN),
                measured.deadLetters(connector),
                restarts,
                drift,
                status.failure().map(redaction::apply));
    }

    private static ConnectorRow missing(String name) {
        return new ConnectorRow(
                name,
                "unknown",
                "MISSING",
                0,
                0,
                Lag.UNKNOWN,
                OptionalLong.empty(),
                OptionalInt.empty(),
                Drift.MISSING,
                Optional.empty());
    }

    /** The brokers' numbers; what cannot be had from them is left out and noted. */
    private Measured measure(
            Collection<LiveConnector> live, Optional<StatusTopic> history, Map<String, Object> consumerProperties) {
        try {
            TopicOffsets topics = new TopicOffsets(clusters.admin());
            Set<String> existing = topics.names();
            List<SinkInput> sinks = live.stream()
                    .filter(one -> one.type().equals("sink"))
                    .map(one -> SinkInput.of(one, existing, () -> used(one.name(), history)))
                    .toList();
            Map<String, Set<String>> written = live.stream()
                    .filter(one -> one.type().equals("source"))
                    .collect(Collectors.toMap(LiveConnector::name, one -> used(one.name(), history)));
            Set<String> counted = new HashSet<>();
            sinks.forEach(sink -> counted.addAll(sink.topics()));
            live.forEach(one -> deadLetterTopic(one).filter(existing::contains).ifPresent(counted::add));
            Set<String> dated = new HashSet<>();
            written.values().forEach(dated::addAll);
            dated.retainAll(existing);

            List<TopicPartition> countedPartitions = topics.partitions(counted);
            Map<TopicPartition, Long> begins = topics.begins(countedPartitions);
            Map<TopicPartition, Long> ends = topics.ends(countedPartitions);
            Map<TopicPartition, Long> newest = topics.newest(topics.partitions(dated));
            Map<String, Lag> lags =
                    new HashMap<>(new SinkLags(clusters.admin(), new OldestRecords(consumerProperties), now)
                            .read(sinks, begins, ends, AGE_LIMIT));
            written.forEach((name, ofSource) -> lags.put(name, age(TopicOffsets.greatest(newest, ofSource))));
            return new Measured(lags, begins, ends);
        } catch (ExecutionException | KafkaException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            notes.add("the brokers at " + environment.kafka().bootstrap() + " did not say how far anything is: "
                    + SecretKeys.hideInUrls(String.valueOf(cause.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Measured(Map.of(), Map.of(), Map.of());
    }

    private Lag age(OptionalLong newest) {
        return newest.isEmpty()
                ? Lag.UNKNOWN
                : new Lag(
                        OptionalLong.empty(),
                        Optional.of(Duration.ofMillis(Math.max(0, now.toEpochMilli() - newest.getAsLong()))));
    }

    private Optional<StatusTopic> history(CompletableFuture<StatusTopic> reading) {
        try {
            return Optional.of(reading.join());
        } catch (CompletionException e) {
            notes.add("restarts are unknown: the workers' status topic " + environment.statusTopic()
                    + " cannot be read ("
                    + SecretKeys.hideInUrls(String.valueOf(e.getCause().getMessage()))
                    + "); status_topic of the environment must be their status.storage.topic");
            return Optional.empty();
        }
    }

    private Set<String> used(String connector, Optional<StatusTopic> history) {
        if (history.isPresent()) {
            return history.get().topics(connector);
        }
        try {
            return Set.copyOf(connect.topics(connector));
        } catch (ConnectRestException e) {
            return Set.of();
        }
    }

    /** What is known of settings, by connector class; asked only where an error or a difference may show. */
    private Map<String, Validation> plugins(Collection<LiveConnector> live, Set<String> declared) {
        Map<String, Validation> plugins = new HashMap<>();
        live.stream()
                .filter(connector -> connector.status().isFailed() || declared.contains(connector.name()))
                .map(connector -> connector.config().get("connector.class"))
                .filter(java.util.Objects::nonNull)
                .distinct()
                .forEach(plugin -> plugins.put(plugin, known(plugin)));
        return plugins;
    }

    private Validation known(String plugin) {
        try {
            return connect.settings(plugin);
        } catch (ConnectRestException e) {
            return new Validation(Map.of(), Map.of());
        }
    }

    private static Optional<String> deadLetterTopic(LiveConnector connector) {
        return Optional.ofNullable(connector.config().get("errors.deadletterqueue.topic.name"))
                .map(String::strip)
                .filter(name -> !name.isEmpty());
    }

    private record Measured(Map<String, Lag> lags, Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        OptionalLong deadLetters(LiveConnector connector) {
            Optional<String> topic = deadLetterTopic(connector);
            List<TopicPartition> partitions = ends.keySet().stream()
                    .filter(one -> topic.filter(one.topic()::equals).isPresent())
                    .toList();
            return partitions.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(partitions.stream()
                            .mapToLong(one -> ends.get(one) - begins.getOrDefault(one, 0L))
                            .sum());
        }
    }
}
