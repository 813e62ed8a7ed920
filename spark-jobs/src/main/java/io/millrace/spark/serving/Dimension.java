package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.JobContext;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * The rows of a table of the shop by the text of their key, as of its newest change, ready for tasks; sent to them again
 * only when a row has changed. One thread.
 *
 * @param <V> what is kept of a row; serializable
 */
final class Dimension<V> {
    private final JavaSparkContext context;
    private final ChangelogTable<V> table;
    private Broadcast<HashMap<String, V>> current;

    private Dimension(
            SparkSession spark, DriverConfig config, Codecs codecs, String topic, Function<GenericRecord, V> row) {
        this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Map<String, Object> settings = config.kafkaClient(Map.of(
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                JobContext.FETCH_WAIT_MS,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"));
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.table = new ChangelogTable<>(consumer, topic, codecs.decoder(), row);
    }

    /** Customers by their id, which is the user id of their events. */
    static Dimension<Customer> customers(SparkSession spark, DriverConfig config, Codecs codecs) {
        return new Dimension<>(spark, config, codecs, Topics.CUSTOMERS, Customer::of);
    }

    static Dimension<Product> products(SparkSession spark, DriverConfig config, Codecs codecs) {
        return new Dimension<>(spark, config, codecs, Topics.PRODUCTS, Product::of);
    }

    /** The rows as of now. */
    Broadcast<HashMap<String, V>> refresh() {
        if (table.catchUp() || current == null) {
            if (current != null) {
                current.unpersist(false);
            }
            current = context.broadcast(table.snapshot());
        }
        return current;
    }
}
