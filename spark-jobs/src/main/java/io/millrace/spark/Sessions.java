package io.millrace.spark;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Opens the Spark session of a driver. Each setting that is not obvious says why it is there. */
public final class Sessions {
    private static final String MASTER = "spark.master";
    private static final String ABORTABLE_CHECKPOINTS =
            "org.apache.spark.internal.io.cloud.AbortableStreamBasedCheckpointFileManager";

    private Sessions() {}

    /** @param hudi whether jobs of this process read or write Hudi tables */
    public static SparkSession open(DriverConfig config, String name, boolean hudi) {
        SparkConf conf = new SparkConf();
        if (!conf.contains(MASTER)) {
            // Alone, the driver is its own cluster.
            conf.setMaster("local[" + config.number("cores") + "]");
        }
        return open(conf, config, name, hudi);
    }

    /**
     * As {@link #open}, in a process that spark-submit started: what it was told there wins over everything else, and the
     * master is its affair alone.
     *
     * @throws ConfigException when there is no master
     */
    static SparkSession submitted(DriverConfig config, String name, boolean hudi) {
        SparkConf conf = new SparkConf();
        if (!conf.contains(MASTER)) {
            throw new ConfigException("Spark has no master: start this with spark-submit, such as"
                    + " spark-submit --master 'local[2]' millrace-jobs.jar run --job " + name);
        }
        return open(conf, config, name, hudi);
    }

    private static SparkSession open(SparkConf conf, DriverConfig config, String name, boolean hudi) {
        Map<String, String> settings = new TreeMap<>();
        engine(settings);
        if (conf.get(MASTER).startsWith("local")) {
            local(settings, config);
        }
        streaming(settings, config);
        if (hudi) {
            hudi(settings);
        }
        if (config.find("s3.endpoint").isPresent()) {
            s3(settings, config);
        }
        // What the file says about Spark wins over everything above.
        settings.putAll(config.sparkSettings());
        // What the process was started with wins over the file: it was said later.
        settings.forEach(conf::setIfMissing);
        conf.setAppName("millrace-" + name);
        return SparkSession.builder().config(conf).getOrCreate();
    }

    /** Where driver and executor are one process. */
    private static void local(Map<String, String> settings, DriverConfig config) {
        settings.put("spark.driver.host", "127.0.0.1");
        settings.put("spark.driver.bindAddress", "127.0.0.1");
        settings.put("spark.default.parallelism", config.require("cores"));
    }

    private static void engine(Map<String, String> settings) {
        settings.put("spark.ui.enabled", "false");
        settings.put("spark.sql.session.timeZone", "UTC");
        // One pool per job, so that a job with many tasks does not starve its neighbours.
        settings.put("spark.scheduler.mode", "FAIR");
        settings.put("spark.sql.shuffle.partitions", "2");
        // Re-planning between stages costs more than it saves on batches of a few thousand rows.
        settings.put("spark.sql.adaptive.enabled", "false");
        // Spark keeps past jobs, stages and plans for a UI that is switched off.
        settings.put("spark.ui.retainedJobs", "20");
        settings.put("spark.ui.retainedStages", "20");
        settings.put("spark.ui.retainedTasks", "100");
        settings.put("spark.sql.ui.retainedExecutions", "5");
        settings.put("spark.cleaner.periodicGC.interval", "30min");
    }

    private static void streaming(Map<String, String> settings, DriverConfig config) {
        // Time in stateful jobs is arrival time: without new rows it stands still, so an empty batch has nothing to do.
        settings.put("spark.sql.streaming.noDataMicroBatches.enabled", "false");
        settings.put("spark.sql.streaming.minBatchesToRetain", "20");
        settings.put("spark.sql.streaming.maxBatchesToRetainInMemory", "1");
        settings.put("spark.sql.streaming.stateStore.maintenanceInterval", "30s");
        settings.put("spark.sql.streaming.stateStore.providerClass", HDFS_BACKED_STATE);
        settings.put("spark.sql.streaming.numRecentProgressUpdates", "10");
        settings.put("spark.sql.streaming.kafka.useDeprecatedOffsetFetching", "false");
        if (config.find("checkpoint.path").orElse("").startsWith("s3a:")) {
            // One PUT per checkpoint file; the default writes, copies and deletes, as S3 cannot rename.
            settings.put("spark.sql.streaming.checkpointFileManagerClass", ABORTABLE_CHECKPOINTS);
        }
    }

    private static final String HDFS_BACKED_STATE =
            "org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider";

    private static void hudi(Map<String, String> settings) {
        settings.put("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
        settings.put("spark.kryo.registrator", "org.apache.spark.HoodieSparkKryoRegistrar");
        settings.put("spark.sql.extensions", "org.apache.spark.sql.hudi.HoodieSparkSessionExtension");
        settings.put("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.hudi.catalog.HoodieCatalog");
        // Parquet's older form of a list has no place for an element that is null, and a row with one cannot be
        // written.
        settings.put("spark.hadoop.parquet.avro.write-old-list-structure", "false");
    }

    private static void s3(Map<String, String> settings, DriverConfig config) {
        String endpoint = config.require("s3.endpoint");
        settings.put("spark.hadoop.fs.s3a.endpoint", endpoint);
        settings.put("spark.hadoop.fs.s3a.endpoint.region", "us-east-1");
        settings.put("spark.hadoop.fs.s3a.path.style.access", "true");
        settings.put("spark.hadoop.fs.s3a.connection.ssl.enabled", Boolean.toString(endpoint.startsWith("https:")));
        settings.put("spark.hadoop.fs.s3a.access.key", config.require("s3.access.key"));
        settings.put("spark.hadoop.fs.s3a.secret.key", config.require("s3.secret.key"));
        settings.put(
                "spark.hadoop.fs.s3a.aws.credentials.provider",
                "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
        settings.put("spark.hadoop.fs.s3a.change.detection.mode", "none");
        settings.put("spark.hadoop.fs.s3a.fast.upload.buffer", "bytebuffer");
        // A buffer of this size is allocated and zeroed per open file, even for a checkpoint of 200 bytes; the default
        // is 64M.
        settings.put("spark.hadoop.fs.s3a.multipart.size", "8M");
        settings.put("spark.hadoop.fs.s3a.downgrade.syncable.exceptions", "true");
        settings.put("spark.hadoop.fs.s3a.experimental.input.fadvise", "random");
        settings.put("spark.hadoop.fs.s3a.impl", TaskScopedS3.class.getName());
        // Every table and every job of a driver shares this pool; the default of 96 is little for a lake of many
        // tables.
        settings.put("spark.hadoop.fs.s3a.connection.maximum", "400");
        // Every checkpoint of a query has a client of its own with this many threads.
        settings.put("spark.hadoop.fs.s3a.threads.max", "8");
        // The supervisor restarts a driver sooner than the default retries would give up.
        settings.put("spark.hadoop.fs.s3a.attempts.maximum", "3");
        settings.put("spark.hadoop.fs.s3a.retry.limit", "3");
    }
}
