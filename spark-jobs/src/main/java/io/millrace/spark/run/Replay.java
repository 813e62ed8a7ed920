package io.millrace.spark.run;

import static org.apache.spark.sql.functions.col;

import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.JobContext;
import java.io.IOException;
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
 *   plan     how far the live topic and then the sources are read: decided once per run id
 *   build    the rows go to a topic of their own, SINK.RUN-ID, with tombstones for live rows that are no more
 *   switch   that topic is copied to the live one in a single Kafka transaction
 * </pre>
 *
 * <p>Whoever reads the live topic with {@code read_committed} sees the old rows until the transaction ends and then the new
 * ones, never some of both. Each step can be repeated.
 */
public final class Replay {
    private final BoundedJob job;
    private final BoundedRun run;
    private final Contract sink;
    private final EventRange range;
    private final Generation generation;
    private final String topic;
    private final String runId;
    private final TopicRange liveBefore;

    private Replay(BoundedJob job, BoundedRun run, Contract sink, EventRange range, String runId) {
        this.job = job;
        this.run = run;
        this.sink = sink;
        this.range = range;
        this.runId = runId;
        this.topic = run.context().scope().target(job.sink());
        this.generation = new Generation(config(), sink, topic);
        // First of all: whatever is live by then comes of records that are read afterwards.
        this.liveBefore = run.plan().range(sink.name(), this::liveNow);
    }

    /** As {@link BoundedRun#of}. */
    public static Replay of(BoundedJob job, JobContext context, EventRange range, String runId) throws IOException {
        BoundedRun run = BoundedRun.of(job, context, range, runId, runId);
        return new Replay(job, run, context.catalogue().require(job.sink()), range, runId);
    }

    /** The topic of the rebuilt rows. */
    public String topic() {
        return topic;
    }

    /** How far each topic was read. */
    public Map<String, TopicRange> topics() {
        return run.topics();
    }

    /** Rebuilds the rows; gives how many live ones are no more. */
    public long build() throws InterruptedException {
        generation.create();
        run.write();
        JobContext context = run.context();
        Codecs codecs = Codecs.forJob(context, List.of(sink.name()), List.of());
        Dataset<Row> live = LiveRows.of(kafka(sink.name(), liveBefore), sink, range, codecs);
        Dataset<Row> rebuilt = kafka(topic, now(topic)).where(col("value").isNotNull());
        Dataset<Row> tombstones = LiveRows.tombstones(live, rebuilt).persist();
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

    /** How many rows of the range the live topic got since the plan was made: they may know more than the rebuilt ones. */
    public long changedMeanwhile() {
        TopicRange since = new TopicRange(liveBefore.to(), liveNow().to());
        Codecs codecs = Codecs.forJob(run.context(), List.of(sink.name()), List.of());
        return LiveRows.of(kafka(sink.name(), since), sink, range, codecs).count();
    }

    /** The name of the producer that puts the rows in their place: the same one for the same run, and for no other. */
    public String producer() {
        return "millrace-replay-" + job.name() + "-" + runId;
    }

    /** The records to put into the live topic. To be closed. */
    public Generation.Records records() {
        return generation.records();
    }

    private Dataset<Row> kafka(String from, TopicRange records) {
        return run.context()
                .spark()
                .read()
                .format("kafka")
                .options(config().kafkaOptions())
                .option("kafka.isolation.level", "read_committed")
                .option("subscribe", from)
                .option("startingOffsets", KafkaInput.offsets(from, records.from()))
                .option("endingOffsets", KafkaInput.offsets(from, records.to()))
                .load();
    }

    private TopicRange liveNow() {
        return now(sink.name());
    }

    private TopicRange now(String of) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                config().kafkaClient(Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return TopicRange.now(consumer, of, java.util.Optional.empty());
        }
    }

    private DriverConfig config() {
        return run.context().config();
    }
}
