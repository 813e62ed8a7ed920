package io.millrace.connect.configs.dlq;

import io.millrace.connect.configs.ClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts records back to where they came from, each once: a record and the note that it has been replayed are written in one
 * Kafka transaction, and a second replay of the same topic fences the first. Used by one thread.
 */
public final class Replay implements AutoCloseable {
    private static final int BATCH = 200;

    /** What became of a record that was to be replayed. */
    public enum Fate {
        /** It stands in its topic again. */
        REPLAYED,
        /** It was replayed before. */
        DONE_BEFORE,
        /** Its topic keeps the newest record of a key, and has a newer one: nothing to repair any more. */
        SUPERSEDED,
        /** Nothing says where it came from, or neither the original nor a copy of it is left. */
        NO_ORIGIN,
        /** It came back too often. */
        TOO_OFTEN
    }

    /** One record and its fate. */
    public record Outcome(SetAside record, Fate fate, Optional<Place> target) {}

    private final Admin admin;
    private final SetAsideReader reader;
    private final Map<String, Object> client;
    private final String topic;
    private final Map<String, Boolean> compacted = new HashMap<>();

    /** @param client properties that reach the brokers */
    public Replay(Admin admin, SetAsideReader reader, Map<String, Object> client, String topic) {
        this.admin = admin;
        this.reader = reader;
        this.client = Map.copyOf(client);
        this.topic = topic;
    }

    /** The consumer group whose committed offsets tell what has been replayed of a topic. */
    public static String group(String topic) {
        return "millrace-replay-of-" + topic;
    }

    /**
     * Decides what would become of records, without writing.
     *
     * @param to where to put them; empty: where they came from
     * @param mostAttempts a record that was replayed so often is left where it is
     */
    public List<Outcome> plan(List<SetAside> records, Optional<String> to, int mostAttempts) {
        Map<Integer, ReplayState> states = states(admin, topic);
        List<Outcome> outcomes = new ArrayList<>();
        for (SetAside record : records) {
            outcomes.add(outcome(record, states, to, mostAttempts));
        }
        return outcomes;
    }

    private Outcome outcome(SetAside record, Map<Integer, ReplayState> states, Optional<String> to, int mostAttempts) {
        ReplayState state = states.getOrDefault(record.place().partition(), ReplayState.NOTHING);
        if (state.isDone(record.place().offset())) {
            return new Outcome(record, Fate.DONE_BEFORE, Optional.empty());
        }
        Optional<SetAside> whole = whole(record);
        Optional<Place> target = to.map(name -> new Place(name, -1, -1)).or(record::origin);
        if (target.isEmpty()
                || whole.isEmpty()
                || reader.partitions(target.get().topic()) == 0) {
            return new Outcome(record, Fate.NO_ORIGIN, Optional.empty());
        }
        if (whole.get().attempts() >= mostAttempts) {
            return new Outcome(whole.get(), Fate.TOO_OFTEN, Optional.empty());
        }
        if (to.isEmpty()
                && isCompacted(target.get().topic())
                && whole.get().key() != null
                && reader.isSuperseded(target.get(), whole.get().key())) {
            return new Outcome(whole.get(), Fate.SUPERSEDED, target);
        }
        return new Outcome(whole.get(), Fate.REPLAYED, target);
    }

    /** The record as it was; empty when it is gone. */
    private Optional<SetAside> whole(SetAside record) {
        if (record.isCopy()) {
            return Optional.of(record);
        }
        Optional<ConsumerRecord<byte[], byte[]>> original = record.origin().flatMap(reader::at);
        if (original.isPresent()) {
            ConsumerRecord<byte[], byte[]> found = original.get();
            return Optional.of(copy(
                    record,
                    found.key(),
                    found.value(),
                    ReplayHeaders.own(found.headers()),
                    ReplayHeaders.attempts(found.headers())));
        }
        return record.value() == null
                ? Optional.empty()
                : Optional.of(copy(record, null, record.value(), List.of(), record.attempts()));
    }

    private static SetAside copy(SetAside record, byte[] key, byte[] value, List<Header> headers, int attempts) {
        return new SetAside(
                record.place(),
                record.at(),
                record.origin(),
                record.by(),
                record.stage(),
                record.reason(),
                record.field(),
                key,
                value,
                headers,
                attempts,
                true);
    }

    /**
     * Replays records.
     *
     * @param chosen those to replay
     * @param all every record that the topic holds
     * @return what became of each
     */
    public List<Outcome> run(List<SetAside> chosen, List<SetAside> all, Optional<String> to, int mostAttempts) {
        Map<Integer, NavigableSet<Long>> existing = new HashMap<>();
        all.forEach(record -> existing.computeIfAbsent(record.place().partition(), absent -> new TreeSet<>())
                .add(record.place().offset()));
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("transactional.id", group(topic));
        settings.put("enable.idempotence", "true");
        settings.put("acks", "all");
        List<Outcome> outcomes = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            // Ends what another replay of this topic has open; what it has committed is read afterwards.
            producer.initTransactions();
            for (int from = 0; from < chosen.size(); from += BATCH) {
                outcomes.addAll(batch(
                        producer,
                        plan(chosen.subList(from, Math.min(chosen.size(), from + BATCH)), to, mostAttempts),
                        existing));
            }
            producer.close(Duration.ofSeconds(10));
        }
        return outcomes;
    }

    private List<Outcome> batch(
            KafkaProducer<byte[], byte[]> producer, List<Outcome> planned, Map<Integer, NavigableSet<Long>> existing) {
        Map<Integer, Collection<Long>> done = new HashMap<>();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Outcome outcome : planned) {
            if (outcome.fate() == Fate.REPLAYED || outcome.fate() == Fate.SUPERSEDED) {
                done.computeIfAbsent(outcome.record().place().partition(), absent -> new ArrayList<>())
                        .add(outcome.record().place().offset());
            }
            if (outcome.fate() == Fate.REPLAYED) {
                records.add(record(outcome.record(), outcome.target().orElseThrow()));
            }
        }
        if (done.isEmpty()) {
            return planned;
        }
        Map<Integer, ReplayState> states = states(admin, topic);
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        done.forEach((partition, added) -> {
            ReplayState state =
                    states.getOrDefault(partition, ReplayState.NOTHING).with(added, existing.get(partition));
            if (state.metadata().length() > ReplayState.LONGEST_TEXT) {
                throw new ClusterException(
                        "too many records of " + topic + "-" + partition
                                + " were replayed one by one to note them all; replay the ones before "
                                + state.beyond().first() + " first",
                        null);
            }
            offsets.put(
                    new TopicPartition(topic, partition), new OffsetAndMetadata(state.position(), state.metadata()));
        });
        producer.beginTransaction();
        try {
            records.forEach(producer::send);
            producer.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(group(topic)));
            producer.commitTransaction();
        } catch (org.apache.kafka.common.errors.ProducerFencedException e) {
            throw new ClusterException(
                    "another replay of " + topic + " was started meanwhile; it goes on, this one ends", e);
        }
        return planned;
    }

    private ProducerRecord<byte[], byte[]> record(SetAside record, Place target) {
        // The same partition as before, so that the records of a key stay in one.
        boolean known = target.partition() >= 0 && target.partition() < reader.partitions(target.topic());
        return new ProducerRecord<>(
                target.topic(),
                known ? target.partition() : null,
                record.key(),
                record.value(),
                ReplayHeaders.marked(record, record.headers()));
    }

    private boolean isCompacted(String name) {
        return compacted.computeIfAbsent(name, unknown -> {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, unknown);
            return get(admin.describeConfigs(Set.of(resource)).all())
                    .get(resource)
                    .get("cleanup.policy")
                    .value()
                    .contains("compact");
        });
    }

    /** What has been replayed of a topic, by partition. */
    static Map<Integer, ReplayState> states(Admin admin, String topic) {
        Map<Integer, ReplayState> states = new HashMap<>();
        // Stable: what a transaction that is being ended has noted must not be read as it was before.
        get(admin.listConsumerGroupOffsets(group(topic), new ListConsumerGroupOffsetsOptions().requireStable(true))
                        .partitionsToOffsetAndMetadata())
                .forEach((partition, offset) -> {
                    if (offset != null && partition.topic().equals(topic)) {
                        states.put(partition.partition(), ReplayState.of(offset.offset(), offset.metadata()));
                    }
                });
        return states;
    }

    private static <T> T get(org.apache.kafka.common.KafkaFuture<T> answer) {
        try {
            return answer.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted", e);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw new ClusterException("the brokers did not answer: " + cause.getMessage(), cause);
        }
    }

    /** How many of these have not been replayed. */
    public static long waiting(Admin admin, String topic, List<SetAside> records) {
        Map<Integer, ReplayState> states = states(admin, topic);
        return records.stream()
                .filter(record -> !states.getOrDefault(record.place().partition(), ReplayState.NOTHING)
                        .isDone(record.place().offset()))
                .count();
    }

    @Override
    public void close() {
        reader.close();
    }
}
