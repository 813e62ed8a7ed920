package io.millrace.spark.bench;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.SchemaRegistry;
import io.millrace.spark.ContractGuard;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.Job;
import io.millrace.spark.JobContext;
import io.millrace.spark.Sessions;
import io.millrace.spark.run.RunScope;
import io.millrace.spark.support.Broker;
import io.millrace.testing.bench.BenchRun;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** Runs jobs, and queries that stand beside them, from an empty checkpoint to the end of their topics. One thread. */
final class BenchRunner {
    private final BenchServers servers;
    private final Catalogue catalogue;
    private final int batch;
    private final Map<String, String> settings;
    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Starts a query on a context that reads to the end of its topics. */
    interface Start {
        StreamingQuery start(JobContext context) throws Exception;
    }

    /**
     * @param batch records of a batch at most
     * @param settings further keys of the driver's configuration
     */
    BenchRunner(BenchServers servers, Catalogue catalogue, int batch, Map<String, String> settings) {
        this.servers = servers;
        this.catalogue = catalogue;
        this.batch = batch;
        this.settings = settings;
    }

    /** A context with a checkpoint and a lake of its own. */
    JobContext context(Broker broker, Map<String, String> more) {
        String run = "run-" + servers.nextRun();
        Path folder = servers.work().resolve(run);
        Map<String, String> config = new TreeMap<>(servers.s3().driverSettings());
        config.put("lake.path", config.get("lake.path") + "/" + run);
        config.put("checkpoint.path", folder.resolve("checkpoint").toString());
        config.put("kafka.bootstrap.servers", broker.bootstrapServers());
        config.put("registry.url", servers.registryUrl());
        config.put("batch.max.records", Integer.toString(batch));
        config.put("spark.sql.streaming.numRecentProgressUpdates", "10000");
        config.put("spark.local.dir", servers.work().resolve("spark").toString());
        config.putAll(settings);
        config.putAll(more);
        DriverConfig driver = DriverConfig.of("bench", config, name -> null);
        SparkSession spark = Sessions.open(driver, "bench", true);
        return new JobContext(
                spark,
                driver,
                catalogue,
                new SchemaRegistry(servers.registryUrl()),
                Clock.systemUTC(),
                ContractGuard.NONE,
                RunScope.AVAILABLE_NOW);
    }

    String registryUrl() {
        return servers.registryUrl();
    }

    BenchRun.Figure run(Job job, JobContext context, long records) throws Exception {
        return run(job::startStored, context, records);
    }

    /**
     * Runs to the end.
     *
     * @param records that have to be read
     */
    BenchRun.Figure run(Start query, JobContext context, long records) throws Exception {
        // What the run before has left is not this one's.
        System.gc();
        long processor = process.getProcessCpuTime();
        long began = System.nanoTime();
        StreamingQuery running = query.start(context);
        running.awaitTermination();
        double seconds = (System.nanoTime() - began) / 1e9;
        double micros = (process.getProcessCpuTime() - processor) / 1e3 / records;
        StreamingQueryProgress[] progress = running.recentProgress();
        long read = Arrays.stream(progress)
                .mapToLong(StreamingQueryProgress::numInputRows)
                .sum();
        if (read != records) {
            throw new IllegalStateException(running.name() + " read " + read + " records, not " + records);
        }
        FileUtils.deleteDirectory(
                Path.of(context.config().checkpoint("x")).getParent().toFile());
        return new BenchRun.Figure(
                records / seconds, micros, "CPU %,.0f ms/100k, %s".formatted(micros * 100, batches(progress)));
    }

    private static String batches(StreamingQueryProgress[] progress) {
        long[] millis = Arrays.stream(progress)
                .filter(each -> each.numInputRows() > 0)
                .mapToLong(StreamingQueryProgress::batchDuration)
                .sorted()
                .toArray();
        return "%d batches of %,d ms".formatted(millis.length, millis.length == 0 ? 0 : millis[millis.length / 2]);
    }
}
