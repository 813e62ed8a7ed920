package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The two Spark drivers, apart because a lake commit in the serving driver would hold its numbers up for seconds. */
final class SparkService {
    static final String SERVING = "spark-serving";
    static final String LAKE = "spark-lake";
    /** The lake driver's start costs both cores for a while; the numbers people wait for come first. */
    private static final Duration SERVING_HEAD_START = Duration.ofSeconds(75);

    /**
     * Runs a command with what the others leave of the processors. The kernel shares them between sessions first
     * (sched_autogroup), and each service has a session of its own, so {@code nice} alone would change nothing.
     */
    private static final List<String> BEHIND_THE_OTHERS =
            List.of("sh", "-c", "{ echo 15 > /proc/self/autogroup; } 2>/dev/null; exec nice -n 15 \"$@\"", "sh");

    private SparkService() {}

    static ServiceSpec serving(StackContext context) {
        return spec(context, SERVING, "serving", context.address().servingDriver(), List.of(), "1g", 4)
                .after(Node.Dependency.onAll("topics", "contracts", S3Service.NAME));
    }

    static ServiceSpec lake(StackContext context) {
        List<Node.Dependency> needed = new ArrayList<>(Node.Dependency.onAll("topics", "contracts", S3Service.NAME));
        needed.add(Node.Dependency.preferably(SERVING, SERVING_HEAD_START));
        return spec(context, LAKE, "lake", context.address().lakeDriver(), BEHIND_THE_OTHERS, "1400m", 2)
                .after(needed);
    }

    /** @param slots how many tasks run at once; those of the serving jobs mostly wait for Kafka and S3 */
    private static ServiceSpec spec(
            StackContext context, String name, String group, int port, List<String> prefix, String heap, int slots) {
        Path conf = context.folder().conf(name);
        Path settings = conf.resolve("driver.properties");
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                StackContext.java(), "-Xms256m", "-Xmx" + heap, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(context.versions().sparkJavaOptions());
        command.add("-Djava.io.tmpdir=" + conf.resolve("tmp"));
        command.addAll(List.of(
                "-cp",
                context.build().classPath(name, context.checkout().sparkClassPath()),
                "io.millrace.spark.Driver",
                "--config",
                settings.toString(),
                "--group",
                group));
        return ServiceSpec.of(
                        name,
                        port,
                        conf,
                        () -> prepare(context, conf, settings, port, slots),
                        command,
                        context.probes()
                                .http(StackAddress.url(port) + "/health", status -> status == 200, Json::isReady))
                .with(Map.of(
                        "MILLRACE_S3_ACCESS_KEY", context.secrets().get(Secrets.S3_ACCESS_KEY),
                        "MILLRACE_S3_SECRET_KEY", context.secrets().get(Secrets.S3_SECRET_KEY),
                        "SPARK_LOCAL_IP", StackAddress.HOST,
                        "SPARK_LOCAL_DIRS", conf.resolve("tmp").toString()))
                // It lets running batches finish for ten seconds.
                .stoppedBy("TERM", Duration.ofSeconds(20));
    }

    private static void prepare(StackContext context, Path conf, Path settings, int port, int slots)
            throws IOException {
        context.servers().unpack(Servers.GEOLITE2_CITY);
        // A killed driver leaves its block manager's files behind.
        StackFolder.delete(conf.resolve("tmp"));
        java.nio.file.Files.createDirectories(conf.resolve("tmp"));
        StackContext.write(settings, settings(context, port, slots));
    }

    private static String settings(StackContext context, int port, int slots) {
        StackAddress address = context.address();
        return """
                kafka.bootstrap.servers=%s
                registry.url=%s/apis/ccompat/v7
                s3.endpoint=%s
                s3.access.key=${env:MILLRACE_S3_ACCESS_KEY}
                s3.secret.key=${env:MILLRACE_S3_SECRET_KEY}
                lake.path=s3a://millrace/lake
                checkpoint.path=s3a://millrace/checkpoints
                contracts.path=%s
                jobs.path=%s
                geo.country.mmdb=%s
                control.port=%d
                cores=%d
                """
                .formatted(
                        StackContext.local(address.kafka()),
                        StackAddress.url(address.registry()),
                        StackAddress.url(address.s3()),
                        context.folder().contracts(),
                        context.folder().jobs(),
                        context.servers().cityDatabase(),
                        port,
                        slots);
    }
}
