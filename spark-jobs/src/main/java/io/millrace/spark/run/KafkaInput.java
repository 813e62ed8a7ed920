package io.millrace.spark.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.JobContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads what the plan says of each topic. Records that came to Kafka long before the range are not read: what happened at
 * a time was received no earlier than the contracts' {@code late_data.future} before it.
 */
final class KafkaInput implements TopicInput {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DriverConfig config;
    private final String job;
    private final RunPlan plan;
    private final EventRange range;
    private final Duration reach;

    /** @param reach how long before the range events matter to its rows */
    KafkaInput(DriverConfig config, String job, RunPlan plan, EventRange range, Duration reach) {
        this.config = config;
        this.job = job;
        this.plan = plan;
        this.range = range;
        this.reach = reach;
    }

    @Override
    public Dataset<Row> read(SparkSession spark, Catalogue catalogue, Collection<String> topics, boolean anyOf) {
        Map<String, TopicRange> records = new TreeMap<>();
        for (String topic : topics) {
            TopicRange planned = plan.range(topic, () -> {
                TopicRange found = now(config, catalogue, topic, range, reach);
                return anyOf ? found : found.require(topic);
            });
            if (!planned.equals(TopicRange.NOTHING)) {
                records.put(topic, planned);
            }
        }
        if (records.isEmpty()) {
            throw new IllegalStateException("there is no topic " + String.join(", ", topics));
        }
        return spark.read()
                .format("kafka")
                .options(config.kafkaOptions())
                .option("kafka.isolation.level", "read_committed")
                .option("kafka.fetch.max.wait.ms", JobContext.FETCH_WAIT_MS)
                .option("subscribe", String.join(",", records.keySet()))
                .option("startingOffsets", offsets(records, TopicRange::from))
                .option("endingOffsets", offsets(records, TopicRange::to))
                .option("failOnDataLoss", "true")
                .option("groupIdPrefix", "millrace-" + job + "-bounded")
                .load();
    }

    /** What a run that begins now has to read; nothing when there is no such topic. */
    static TopicRange now(DriverConfig config, Catalogue catalogue, String topic, EventRange range, Duration reach) {
        Duration future = catalogue.contracts().stream()
                .map(Contract::lateData)
                .map(late -> late.future())
                .reduce(Duration.ZERO, (one, other) -> one.compareTo(other) >= 0 ? one : other);
        Optional<Instant> notBefore = reach.equals(BoundedJob.EVERYTHING)
                ? Optional.empty()
                : range.from().map(start -> start.minus(reach).minus(future));
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                config.kafkaClient(Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return TopicRange.now(consumer, topic, notBefore);
        }
    }

    /** Offsets of some topics as Spark's options have them. @param which of a topic's offsets */
    static String offsets(Map<String, TopicRange> topics, Function<TopicRange, Map<Integer, Long>> which) {
        Map<String, Map<Integer, Long>> offsets = new TreeMap<>();
        topics.forEach((topic, range) -> offsets.put(topic, which.apply(range)));
        try {
            return JSON.writeValueAsString(offsets);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + offsets, e);
        }
    }
}
