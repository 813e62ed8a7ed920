package io.millrace.spark.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.spark.DriverConfig;
import io.millrace.spark.Sessions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.metrics.source.CodegenMetrics;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BatchTimeIT {
    private static final int WARM = 3;
    private static final int MORE = 5;
    private static SparkSession spark;

    @BeforeAll
    static void open() {
        Path temporary = Path.of("target", "spark-local").toAbsolutePath();
        spark = Sessions.open(
                DriverConfig.of("test", Map.of("spark.local.dir", temporary.toString()), name -> null), "test", true);
    }

    @Test
    void batchesAfterTheFirstCompileNothing() throws Exception {
        assertThat(compiled(BatchTime.column())).isZero();
        assertThat(compiled(current_timestamp())).as("what it costs otherwise").isGreaterThanOrEqualTo(MORE);
    }

    @Test
    void itIsTheTimeThatTheBatchHas() throws Exception {
        StreamingQuery query = spark.readStream()
                .format("rate")
                .load()
                .select(BatchTime.column().as("ours"), current_timestamp().as("theirs"))
                .writeStream()
                .format("memory")
                .queryName("batch_times")
                .start();
        try {
            await().atMost(Duration.ofMinutes(2))
                    .until(() ->
                            spark.table("batch_times").select("ours").distinct().count() > 1);
            assertThat(spark.table("batch_times").where("not ours <=> theirs").count())
                    .isZero();
        } finally {
            query.stop();
        }
    }

    /** How often Spark compiles something during some batches that are like those before. */
    private static long compiled(Column time) throws Exception {
        StreamingQuery query = spark.readStream()
                .format("rate")
                .option("rowsPerSecond", 50)
                .load()
                .select(col("value"), time)
                .writeStream()
                .format("noop")
                .trigger(Trigger.ProcessingTime(200))
                .start();
        try {
            awaitBatches(query, WARM);
            long before = CodegenMetrics.METRIC_COMPILATION_TIME().getCount();
            awaitBatches(query, query.lastProgress().batchId() + MORE);
            return CodegenMetrics.METRIC_COMPILATION_TIME().getCount() - before;
        } finally {
            query.stop();
        }
    }

    private static void awaitBatches(StreamingQuery query, long batch) {
        await().atMost(Duration.ofMinutes(2))
                .until(() ->
                        query.lastProgress() != null && query.lastProgress().batchId() >= batch);
    }
}
