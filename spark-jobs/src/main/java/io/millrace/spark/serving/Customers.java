package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import io.millrace.spark.JobContext;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/** The shop's customers by user id, ready for tasks; sent to them again only when a row has changed. One thread. */
final class Customers {
    private final JavaSparkContext context;
    private final ChangelogTable<Customer> table;
    private Broadcast<HashMap<String, Customer>> current;

    Customers(SparkSession spark, String bootstrapServers, Codecs codecs) {
        this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                JobContext.FETCH_WAIT_MS,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.table = new ChangelogTable<>(consumer, Topics.CUSTOMERS, codecs.decoder(), Customers::customer);
    }

    /** The customers as of now. */
    Broadcast<HashMap<String, Customer>> refresh() {
        if (table.catchUp() || current == null) {
            if (current != null) {
                current.unpersist(false);
            }
            current = context.broadcast(table.snapshot());
        }
        return current;
    }

    static Customer customer(GenericRecord row) {
        return new Customer(text(row, "name"), text(row, "segment"), text(row, "country"));
    }

    private static String text(GenericRecord row, String column) {
        Schema.Field field = row.getSchema().getField(column);
        Object value = field == null ? null : row.get(field.pos());
        return value == null ? null : value.toString();
    }
}
