package io.millrace.spark.progress;

import io.millrace.spark.Codecs;
import io.millrace.spark.JobContext;
import io.millrace.spark.ValueEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each batch's progress to {@link #TOPIC}, and the offsets that a job has read to the consumer group
 * {@code millrace-<job>}, where tools for lag look. Spark itself does not read them: a job goes on from its checkpoint.
 *
 * <p>Works in a thread of its own. When Kafka is slow or down, progress is dropped rather than anything kept waiting; what
 * is dropped is counted in the log.
 */
public final class ProgressToKafka implements AutoCloseable {
    public static final String TOPIC = "ops.job_progress";

    private static final int MOST_WAITING = 1_000;
    /** Offsets of a job are committed this often at most. */
    private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ProgressToKafka.class);

    private final JobContext context;
    private final Function<String, Optional<Long>> budgets;
    private final ThreadPoolExecutor thread;
    private final Map<String, Long> committedAt = new HashMap<>();
    private long dropped;
    private boolean failing;
    private ValueEncoder encoder;
    private KafkaProducer<byte[], byte[]> producer;
    private Admin admin;

    /** @param budgets how many rows of state a job is meant to need at most */
    public ProgressToKafka(JobContext context, Function<String, Optional<Long>> budgets) {
        this.context = context;
        this.budgets = budgets;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST_WAITING),
                task -> {
                    Thread made = new Thread(task, "progress");
                    made.setDaemon(true);
                    return made;
                },
                (task, full) -> dropped++);
    }

    void tell(BatchProgress progress) {
        thread.execute(() -> write(progress));
    }

    private void write(BatchProgress progress) {
        try {
            send(progress);
            commit(progress);
            if (failing) {
                log.info("progress goes to Kafka again; {} batches were not told", dropped);
            }
            failing = false;
        } catch (RuntimeException e) {
            dropped++;
            if (!failing) {
                log.warn("progress cannot be told to Kafka: {}; the jobs go on", e.getMessage());
            }
            failing = true;
        }
    }

    private void send(BatchProgress progress) {
        if (context.catalogue().find(TOPIC).isEmpty()) {
            return;
        }
        if (producer == null) {
            encoder = Codecs.forJob(context, List.of(), List.of(TOPIC)).encoder(TOPIC);
            producer = new KafkaProducer<>(
                    context.config()
                            .kafkaClient(Map.of(
                                    "max.block.ms", 5_000,
                                    "linger.ms", 100,
                                    "buffer.memory", 1 << 20,
                                    // Each attempt to find a topic that does not exist is a line in the log.
                                    "retry.backoff.ms", 1_000)),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }
        byte[] key = progress.job().getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(TOPIC, key, encoder.encode(record(progress))), (sent, failure) -> {
            if (failure != null) {
                log.debug("{} was not written: {}", TOPIC, failure.getMessage());
            }
        });
    }

    private GenericRecord record(BatchProgress progress) {
        GenericRecord record = encoder.newRecord();
        record.put("job", progress.job());
        record.put("run_id", progress.runId());
        record.put("batch", progress.batch());
        record.put("at", progress.at().toEpochMilli());
        record.put("input_rows", progress.inputRows());
        record.put("input_rows_per_second", progress.inputRowsPerSecond());
        record.put("processed_rows_per_second", progress.processedRowsPerSecond());
        record.put("batch_ms", progress.batchMs());
        record.put("phase_ms", progress.phaseMs());
        Map<String, Map<String, Long>> offsets = new HashMap<>();
        progress.offsets().forEach((topic, partitions) -> {
            Map<String, Long> texts = new HashMap<>();
            partitions.forEach((partition, offset) -> texts.put(Integer.toString(partition), offset));
            offsets.put(topic, texts);
        });
        record.put("offsets", offsets);
        record.put("offsets_behind", progress.behind().orElse(null));
        record.put(
                "watermark",
                progress.watermark().map(time -> time.toEpochMilli()).orElse(null));
        record.put("watermark_age_ms", progress.watermarkAgeMs().orElse(null));
        record.put("state_rows", progress.stateRows());
        record.put("state_bytes", progress.stateBytes());
        record.put("state_budget_rows", budgets.apply(progress.job()).orElse(null));
        record.put("late_rows", progress.lateRows());
        record.put("duplicate_rows", progress.duplicateRows());
        record.put("quarantined_rows", progress.quarantinedRows());
        return record;
    }

    private void commit(BatchProgress progress) {
        long now = System.nanoTime();
        Long last = committedAt.get(progress.job());
        boolean caughtUp = progress.behind().filter(left -> left == 0).isPresent();
        // The one after which nothing may come for long is never left out.
        if (progress.offsets().isEmpty() || last != null && !caughtUp && now - last < COMMIT_EVERY.toNanos()) {
            return;
        }
        if (admin == null) {
            admin = Admin.create(context.config().kafkaClient(Map.of()));
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        progress.offsets()
                .forEach((topic, partitions) -> partitions.forEach((partition, offset) ->
                        offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset))));
        committedAt.put(progress.job(), now);
        admin.alterConsumerGroupOffsets("millrace-" + progress.job(), offsets)
                .all()
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        log.debug("group of {}: {}", progress.job(), failure.getMessage());
                    }
                });
    }

    /** Tells what is waiting, for a few seconds. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
        }
        if (admin != null) {
            admin.close(Duration.ofSeconds(5));
        }
    }
}
