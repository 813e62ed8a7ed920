package io.millrace.spark.bench;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.JobContext;
import io.millrace.spark.StateStore;
import io.millrace.spark.run.RunScope;
import io.millrace.spark.serving.AggregateJob;
import io.millrace.spark.support.Broker;
import io.millrace.spark.support.Topology;
import io.millrace.testing.bench.BenchRun;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.awaitility.Awaitility;

/** The job of sessions with so many open ones, which is given a batch now and then. It runs until it is closed. */
final class OpenSessions implements AutoCloseable {
    private static final String ENRICHED = "web.enriched";
    private static final int BATCHES = 8;

    private final Catalogue catalogue;
    private final int open;
    private final int schemaId;
    private final StreamingQuery query;
    private final KafkaProducer<byte[], byte[]> producer;
    private final SplittableRandom random = new SplittableRandom(5);
    private long sent;

    private OpenSessions(
            Catalogue catalogue, int open, int schemaId, StreamingQuery query, KafkaProducer<byte[], byte[]> producer) {
        this.catalogue = catalogue;
        this.open = open;
        this.schemaId = schemaId;
        this.query = query;
        this.producer = producer;
    }

    /** Starts the job and opens the sessions. */
    static OpenSessions start(BenchRunner runner, Broker broker, Catalogue catalogue, String store, int open)
            throws Exception {
        if (StateStore.of(store).isEmpty()) {
            throw new IllegalArgumentException("--store is one of " + StateStore.labels() + ", not " + store);
        }
        BenchInput input = new BenchInput(broker.bootstrapServers(), catalogue, runner.registryUrl());
        input.create(ENRICHED);
        input.create("serving.sessions");
        Map<String, String> settings =
                Map.of("starting.offsets", "latest", "trigger.serving", "100 ms", "state.store", store);
        JobContext context = runner.context(broker, settings).with(RunScope.STREAM);
        StreamingQuery query = AggregateJob.sessions().startStored(context);
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        "growth",
                        "transaction.timeout.ms",
                        600_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        OpenSessions sessions = new OpenSessions(catalogue, open, input.id(ENRICHED), query, producer);
        // From its first batch on it reads what comes.
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> query.lastProgress() != null);
        sessions.await(sessions.send(open, number -> number));
        return sessions;
    }

    /** Sends events of users whose sessions are open, several times; the median of the batches that read them. */
    BenchRun.Figure measure(int events) {
        List<StreamingQueryProgress> batches = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            batches.add(await(send(events, number -> random.nextInt(open))));
        }
        batches.sort(Comparator.comparing(StreamingQueryProgress::batchDuration));
        StreamingQueryProgress median = batches.get(BATCHES / 2);
        long rows = median.stateOperators()[0].numRowsTotal();
        if (rows != open) {
            throw new IllegalStateException("there are " + rows + " states, not " + open);
        }
        return new BenchRun.Figure(
                median.batchDuration(),
                "longest %,d ms, %,d MB of state"
                        .formatted(
                                batches.get(BATCHES - 1).batchDuration(),
                                median.stateOperators()[0].memoryUsedBytes() >> 20));
    }

    private interface Users {
        int of(int number);
    }

    private long send(int events, Users users) {
        Schema schema = catalogue.require(ENRICHED).requireValue();
        BenchEvents source = new BenchEvents(100_000);
        producer.beginTransaction();
        for (int i = 0; i < events; i++) {
            GenericRecord event = source.enriched(schema, i);
            event.put("event_id", open + "-" + sent++);
            event.put("user_id", "u" + users.of(i));
            event.put("site", "shop");
            byte[] key = event.get("user_id").toString().getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(ENRICHED, key, Topology.wire(schemaId, event)));
        }
        // Seen all at once, so that they are one batch.
        producer.commitTransaction();
        return sent;
    }

    private StreamingQueryProgress await(long records) {
        Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> {
            if (query.exception().isDefined()) {
                throw query.exception().get();
            }
            return read() >= records;
        });
        if (read() != records) {
            throw new IllegalStateException("read " + read() + " events, not " + records);
        }
        return last();
    }

    private long read() {
        return Arrays.stream(query.recentProgress())
                .mapToLong(StreamingQueryProgress::numInputRows)
                .sum();
    }

    /** The newest batch with events. */
    private StreamingQueryProgress last() {
        return Arrays.stream(query.recentProgress())
                .filter(progress -> progress.numInputRows() > 0)
                .reduce((one, other) -> other)
                .orElseGet(query::lastProgress);
    }

    @Override
    public void close() throws Exception {
        query.stop();
        producer.close(Duration.ofSeconds(5));
    }
}
