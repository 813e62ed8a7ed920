package io.millrace.spark.lake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mirrors every captured table that a batch has changes of. */
final class MirrorWriter {
    private static final Logger log = LoggerFactory.getLogger(MirrorWriter.class);

    private final SparkSession spark;
    private final String lakePath;
    private final IntFunction<Optional<Schema>> registry;
    private final Map<String, MirrorTable> tables = new ConcurrentHashMap<>();
    private final InParallel parallel = new InParallel("mirror");

    /**
     * @param lakePath folder of the tables
     * @param registry schemas by id; empty when there is none
     */
    MirrorWriter(SparkSession spark, String lakePath, IntFunction<Optional<Schema>> registry) {
        this.spark = spark;
        this.lakePath = lakePath;
        this.registry = registry;
    }

    /**
     * Applies a batch. When one table fails, the others are still finished, and the batch fails: the next attempt leaves
     * out what was committed.
     *
     * @param batch rows of Spark's Kafka source, of any captured tables
     * @param name says which batch it is, for the commits' notes
     */
    void apply(Dataset<Row> batch, String name) {
        try (KafkaBatch kafka = KafkaBatch.of(batch, true)) {
            List<Runnable> writes = new ArrayList<>();
            kafka.topics().forEach((topic, facts) -> writes.add(() -> apply(topic, kafka.records(), facts, name)));
            parallel.run(kafka.records().sparkSession(), writes);
        }
    }

    private void apply(String topic, Dataset<Row> records, KafkaBatch.TopicFacts facts, String name) {
        try {
            table(topic).apply(records, facts, name);
        } catch (UnfitColumn e) {
            // It would be the same the next time, and hold up every other table.
            log.error(
                    "changes of {} up to {} are not mirrored: {}. Remove the folder {}/{} and take a snapshot of the table"
                            + " again; its commits say from where on changes are missing",
                    topic,
                    facts.newest().toJson(),
                    e.getMessage(),
                    lakePath,
                    tableName(topic));
        }
    }

    private MirrorTable table(String topic) {
        return tables.computeIfAbsent(topic, key -> {
            String name = tableName(key);
            return new MirrorTable(key, name, new LakeTable(spark, lakePath + "/" + name), registry);
        });
    }

    /**
     * Table of a topic {@code cdc.<database>.<schema>.<table>}: {@code <database>_<table>}, with the schema between them
     * unless it is {@code public}.
     */
    static String tableName(String topic) {
        String name = topic.startsWith("cdc.") ? topic.substring("cdc.".length()) : topic;
        return name.replaceFirst("\\.public\\.", ".").replaceAll("[^A-Za-z0-9_]", "_");
    }
}
