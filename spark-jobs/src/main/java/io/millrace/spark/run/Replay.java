package io.millrace.spark.run;

import static org.apache.spark.sql.functions.col;

import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.JobContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/**
 * Rebuilds the rows of a range beside the live ones and then puts them in their place.
 *
 * <pre>
 *   plan     how far the live topics and then the sources are read: decided once per run id
 *   build    the rows go to topics of their own, SINK.RUN-ID, with tombstones for live rows that are no more
 *   switch   those topics are copied to the live ones in a single Kafka transaction
 * </pre>
 *
 * <p>Whoever reads the live topics with {@code read_committed} sees the old rows until the transaction ends and then the new
 * ones, never some of both. Each step can be repeated.
 */
public final class Replay {
    /**
     * One topic of the job.
     *
     * @param before how far the live topic had come when the replay was planned
     */
    private record Rebuilt(Contract sink, Generation generation, TopicRange before) {}

    private final BoundedJob job;
    private final BoundedRun run;
    private final EventRange range;
    private final String runId;
    private final List<Rebuilt> all = new ArrayList<>();

    private Replay(BoundedJob job, BoundedRun run, EventRange range, String runId) {
        this.job = job;
        this.run = run;
        this.range = range;
        this.runId = runId;
        for (Contract sink : BoundedRun.sinks(job, run.context().catalogue())) {
            String topic = run.context().scope().target(sink.name());
            // First of all: whatever is live by then comes of records that are read afterwards.
            TopicRange before = run.plan().range(sink.name(), () -> now(sink.name()));
            all.add(new Rebuilt(sink, new Generation(config(), sink, topic), before));
        }
    }

    /** As {@link BoundedRun#of}. */
    public static Replay of(BoundedJob job, JobContext context, EventRange range, String runId) throws IOException {
        return new Replay(job, BoundedRun.of(job, context, range, runId, runId), range, runId);
    }

    /** The topics of the rebuilt rows. */
    public List<String> generations() {
        return all.stream().map(each -> each.generation().topic()).toList();
    }

    /** How far each topic was read. */
    public Map<String, TopicRange> topics() {
        return run.topics();
    }

    /** Rebuilds the rows; gives how many live ones are no more. */
    public long build() throws InterruptedException {
        for (Rebuilt each : all) {
            each.generation().create();
        }
        run.write();
        long gone = 0;
        for (Rebuilt each : all) {
            gone += bury(each);
        }
        return gone;
    }

    /** Writes a tombstone for each live row that is no more; gives how many there are. */
    private long bury(Rebuilt each) {
        String topic = each.generation().topic();
        Dataset<Row> rebuilt = kafka(topic, now(topic)).where(col("value").isNotNull());
        Dataset<Row> tombstones =
                LiveRows.tombstones(live(each.sink(), each.before()), rebuilt).persist();
        try {
            tombstones
                    .write()
                    .format("kafka")
                    .options(config().kafkaOptions())
                    .option("topic", topic)
                    .mode(SaveMode.Append)
                    .save();
            return tombstones.count();
        } finally {
            tombstones.unpersist();
        }
    }

    /** How many rows of the range the live topics got since the plan was made: they may know more than the rebuilt ones. */
    public long changedMeanwhile() {
        return all.stream()
                .mapToLong(each -> {
                    Contract sink = each.sink();
                    TopicRange since =
                            new TopicRange(each.before().to(), now(sink.name()).to());
                    return live(sink, since).count();
                })
                .sum();
    }

    /** The name of the producer that puts the rows in their place: the same one for the same run, and for no other. */
    public String producer() {
        return "millrace-replay-" + job.name() + "-" + runId;
    }

    /** The records to put into the live topics. To be closed. */
    public Generation.Records records() {
        return Generation.records(
                config(), all.stream().map(Rebuilt::generation).toList());
    }

    private Dataset<Row> live(Contract sink, TopicRange records) {
        Codecs codecs = Codecs.forJob(run.context(), List.of(sink.name()), List.of());
        return LiveRows.of(kafka(sink.name(), records), sink, range, codecs);
    }

    private Dataset<Row> kafka(String from, TopicRange records) {
        return run.context()
                .spark()
                .read()
                .format("kafka")
                .options(config().kafkaOptions())
                .option("kafka.isolation.level", "read_committed")
                .option("subscribe", from)
                .option("startingOffsets", KafkaInput.offsets(Map.of(from, records), TopicRange::from))
                .option("endingOffsets", KafkaInput.offsets(Map.of(from, records), TopicRange::to))
                .load();
    }

    private TopicRange now(String of) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                config().kafkaClient(Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return TopicRange.now(consumer, of, java.util.Optional.empty()).require(of);
        }
    }

    private DriverConfig config() {
        return run.context().config();
    }
}
