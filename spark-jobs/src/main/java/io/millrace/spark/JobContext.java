package io.millrace.spark;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.SchemaRegistry;
import io.millrace.spark.run.RunScope;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.Trigger;

/**
 * What a job is given to start with. Lives in the driver: nothing that runs in a task may hold on to it.
 *
 * @param spark the session that all jobs of this process share
 * @param config the driver's configuration
 * @param catalogue every contract
 * @param registry the schema registry
 * @param clock tells the time where no batch timestamp does
 * @param guard to be asked at the beginning of every batch whose records are read by a contract
 * @param scope what is read of the topics and where rows go
 */
public record JobContext(
        SparkSession spark,
        DriverConfig config,
        Catalogue catalogue,
        SchemaRegistry registry,
        Clock clock,
        ContractGuard guard,
        RunScope scope) {

    /** A context of jobs that follow their topics. */
    public JobContext(
            SparkSession spark,
            DriverConfig config,
            Catalogue catalogue,
            SchemaRegistry registry,
            Clock clock,
            ContractGuard guard) {
        this(spark, config, catalogue, registry, clock, guard, RunScope.STREAM);
    }

    /**
     * A topic's committed records, as a stream or in a bounded run as a batch, with the columns of Spark's Kafka source (key, value, topic, partition,
     * offset, timestamp, timestampType). It fails when records were removed before they were read: a gap has to be seen
     * by somebody, not skipped.
     */
    public Dataset<Row> readTopic(String topic) {
        return readTopics(topic, List.of(topic));
    }

    /** As {@link #readTopic}, of several topics. */
    public Dataset<Row> readTopics(String job, Collection<String> topics) {
        return scope.isBounded()
                ? scope.read(spark, catalogue, topics, false)
                : reader(job).option("subscribe", String.join(",", topics)).load();
    }

    /** Names of what a query may count in passing with {@code Dataset.observe}, for /health to tell. */
    public static final String OBSERVED = "millrace";

    /** The column of {@link #OBSERVED} that counts records set aside. */
    public static final String QUARANTINED = "quarantined";

    /**
     * As {@link #readTopics}, of topics which need not exist yet and may come and go between two starts. So a topic
     * whose oldest records are gone when it is first read, or that is not read any more, is no failure here.
     */
    public Dataset<Row> readAnyOf(String job, Collection<String> topics) {
        if (scope.isBounded()) {
            return scope.read(spark, catalogue, topics, true);
        }
        String names = topics.stream().map(Pattern::quote).collect(Collectors.joining("|", "^(?:", ")$"));
        return reader(job)
                .option("subscribePattern", names)
                .option("failOnDataLoss", "false")
                .load();
    }

    /** The same with other contracts. */
    JobContext with(Catalogue contracts) {
        return new JobContext(spark, config, contracts, registry, clock, guard, scope);
    }

    /** The same with another guard. */
    JobContext with(ContractGuard other) {
        return new JobContext(spark, config, catalogue, registry, clock, other, scope);
    }

    /** The same of another run. */
    public JobContext with(RunScope other) {
        return new JobContext(spark, config, catalogue, registry, clock, guard, other);
    }

    /** How long a broker may hold a fetch back for want of records, in milliseconds. */
    public static final int FETCH_WAIT_MS = 10;

    /** As {@link #readTopic}, for a job that wants to add options and name its topics itself. */
    public DataStreamReader reader(String job) {
        return spark.readStream()
                .format("kafka")
                .options(config.kafkaOptions())
                .option("kafka.isolation.level", "read_committed")
                // A broker answers a connection's requests in order. So the look for a partition's end waits for the
                // fetch
                // ahead of it, which the broker holds back this long (by default 500 ms) while there is nothing new.
                .option("kafka.fetch.max.wait.ms", FETCH_WAIT_MS)
                .option("startingOffsets", config.require("starting.offsets"))
                .option("maxOffsetsPerTrigger", config.require("batch.max.records"))
                .option("failOnDataLoss", "true")
                .option("groupIdPrefix", "millrace-" + job);
    }

    /** Checkpoint folder of a job. */
    public String checkpoint(String job) {
        return config.checkpoint(job);
    }

    /** The trigger of a group's jobs. */
    public Trigger trigger(Group group) {
        return scope.trigger(config.trigger(group));
    }
}
