package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Account;
import io.millrace.local.security.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The two Spark drivers, apart because a lake commit in the serving driver would hold its numbers up for seconds. */
final class SparkService {
    static final String SERVING = "spark-serving";
    static final String LAKE = "spark-lake";
    /** The lake driver's start costs both cores for a while; the numbers people wait for come first. */
    private static final Duration SERVING_HEAD_START = Duration.ofSeconds(75);

    /**
     * The quick compiler alone: the better one takes for minutes what the numbers that people wait for need, and at 2,500 and
     * 5,000 events a second they came later with it, too. Alone it has 48 MB for what it makes, too little for Spark.
     */
    private static final List<String> QUICK =
            List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m");

    /**
     * Runs a command with what the others leave of the processors. The kernel shares them between sessions first
     * (sched_autogroup), and each service has a session of its own, so {@code nice} alone would change nothing.
     */
    private static final List<String> BEHIND_THE_OTHERS =
            List.of("sh", "-c", "{ echo 15 > /proc/self/autogroup; } 2>/dev/null; exec nice -n 15 \"$@\"", "sh");

    private SparkService() {}

    /** @param jobs the only ones to run; empty: all that serve */
    static ServiceSpec serving(StackContext context, Set<String> jobs) {
        List<String> chosen = jobs.isEmpty()
                ? List.of("--group", "serving")
                : List.of("--jobs", String.join(",", new TreeSet<>(jobs)));
        return spec(context, Account.SPARK_SERVING, chosen, context.address().servingDriver(), List.of(), QUICK, 4)
                .after(Node.Dependency.onAll("topics", "contracts", S3Service.NAME));
    }

    static ServiceSpec lake(StackContext context) {
        List<Node.Dependency> needed = new ArrayList<>(Node.Dependency.onAll("topics", "contracts", S3Service.NAME));
        needed.add(Node.Dependency.preferably(SERVING, SERVING_HEAD_START));
        return spec(
                        context,
                        Account.SPARK_LAKE,
                        List.of("--group", "lake"),
                        context.address().lakeDriver(),
                        BEHIND_THE_OTHERS,
                        List.of("-Xmx1400m"),
                        2)
                .after(needed);
    }

    /**
     * @param chosen which jobs to run, as the driver is told
     * @param prefix what its command is run by
     * @param slots how many tasks run at once; those of the serving jobs mostly wait for Kafka and S3
     */
    private static ServiceSpec spec(
            StackContext context,
            Account account,
            List<String> chosen,
            int port,
            List<String> prefix,
            List<String> jvm,
            int slots) {
        String name = account.user();
        Path conf = context.folder().conf(name);
        Path settings = conf.resolve("driver.properties");
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(StackContext.java(), "-Xms256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(jvm);
        command.addAll(context.versions().sparkJavaOptions());
        command.addAll(context.security().javaOptions());
        command.add("-Djava.io.tmpdir=" + conf.resolve("tmp"));
        command.addAll(List.of(
                "-cp",
                context.build().classPath(name, context.checkout().sparkClassPath()),
                "io.millrace.spark.Driver",
                "--config",
                settings.toString()));
        command.addAll(chosen);
        return ServiceSpec.of(
                        name,
                        port,
                        conf,
                        () -> prepare(context, account, conf, settings, port, slots),
                        command,
                        context.probes()
                                .http(
                                        Part.SERVING_DRIVER,
                                        context.access().url(port) + "/health",
                                        status -> status == 200,
                                        Json::isReady))
                .with(environment(context, conf))
                // It lets running batches finish for ten seconds.
                .stoppedBy("TERM", Duration.ofSeconds(20));
    }

    private static Map<String, String> environment(StackContext context, Path conf) {
        Map<String, String> variables = new HashMap<>(context.security().driverEnvironment());
        variables.put("SPARK_LOCAL_IP", StackAddress.HOST);
        variables.put("SPARK_LOCAL_DIRS", conf.resolve("tmp").toString());
        return variables;
    }

    private static void prepare(StackContext context, Account account, Path conf, Path settings, int port, int slots)
            throws IOException {
        context.servers().unpack(Servers.GEOLITE2_CITY);
        // A killed driver leaves its block manager's files behind.
        StackFolder.delete(conf.resolve("tmp"));
        java.nio.file.Files.createDirectories(conf.resolve("tmp"));
        StackContext.write(settings, settings(context, account, port, slots));
    }

    private static String settings(StackContext context, Account account, int port, int slots) {
        StackAddress address = context.address();
        return """
                kafka.bootstrap.servers=%s
                registry.url=%s/apis/ccompat/v7
                s3.endpoint=%s
                lake.path=s3a://millrace/lake
                checkpoint.path=s3a://millrace/checkpoints
                contracts.path=%s
                jobs.path=%s
                geo.country.mmdb=%s
                control.port=%d
                cores=%d
                %s
                """
                .formatted(
                        StackContext.local(address.kafka()),
                        context.access().url(address.registry()),
                        context.access().url(address.s3()),
                        context.folder().contracts(),
                        context.folder().jobs(),
                        context.servers().cityDatabase(),
                        port,
                        slots,
                        context.security().driver(account));
    }
}
