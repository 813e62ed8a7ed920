package io.millrace.spark.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * A Spark installation laid out from the jars of Spark alone, as a plain download has them, and {@code spark-submit} of
 * it. Whatever else a job needs has to be in the jar that is submitted.
 */
public final class SparkHome {
    private static final Path JAR = Path.of("target", "millrace-jobs.jar").toAbsolutePath();
    /** What a Spark download does not have: the beginnings of the names of jars. */
    private static final List<String> NOT_SPARKS = List.of(
            "millrace-",
            "snakeyaml",
            "picocli",
            "maxmind-db",
            "uap-java",
            "spark-sql-kafka",
            "spark-token-provider-kafka",
            "kafka-clients",
            "commons-pool2",
            "spark-avro",
            "spark-hadoop-cloud",
            "hudi-",
            "hadoop-aws",
            "aws-java-sdk",
            "jmespath-java",
            "httpclient",
            "httpcore",
            "commons-logging",
            "joda-time",
            "ion-java",
            "jackson-dataformat-cbor");

    private final Path folder;
    private final List<AutoCloseable> cluster = new ArrayList<>();

    public SparkHome(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder.resolve("jars"));
            String classPath =
                    Files.readString(Path.of("target", "runtime.classpath")).strip();
            for (String entry : classPath.split(":")) {
                Path jar = Path.of(entry);
                String name = jar.getFileName().toString();
                if (NOT_SPARKS.stream().noneMatch(name::startsWith)) {
                    Files.createSymbolicLink(folder.resolve("jars").resolve(name), jar);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A submitted application: its stdout, its log and its process. */
    public record Submitted(ServerProcess process, Path stdout) {
        /** What it printed so far. */
        public String printed() {
            try {
                return Files.readString(stdout);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Runs {@code spark-submit --master MASTER OPTIONS millrace-jobs.jar ARGUMENTS}.
     *
     * @param name of the files that get its output
     * @param driver options of its JVM
     * @param options of spark-submit
     */
    public Submitted submit(
            String name, String master, List<String> driver, List<String> options, List<String> arguments) {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(JAR + " is missing: ./mvnw -pl spark-jobs -am -DskipTests package");
        }
        List<String> command = new ArrayList<>(driver);
        command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", master));
        command.addAll(options);
        command.add(JAR.toString());
        command.addAll(arguments);
        Path stdout = folder.resolve(name + ".out");
        ProcessBuilder builder = java("-Xmx768m", command);
        return new Submitted(ServerProcess.start(folder.resolve(name + ".log"), stdout, builder), stdout);
    }

    /**
     * Writes a {@code spark-submit} for programs that look for one on the PATH, and gives its folder. Every start adds a
     * line to a file: its process id, then its arguments.
     */
    public Path script(Path starts) {
        ProcessBuilder java = java("-Xmx768m", List.of("org.apache.spark.deploy.SparkSubmit"));
        StringBuilder script = new StringBuilder("#!/bin/sh\necho \"$$ $*\" >> '" + starts + "'\n");
        environment().forEach((name, value) -> script.append("export " + name + "='" + value + "'\n"));
        script.append("exec");
        java.command().forEach(word -> script.append(" '" + word + "'"));
        script.append(" \"$@\"\n");
        try {
            Path bin = Files.createDirectories(folder.resolve("bin"));
            Path file = Files.writeString(bin.resolve("spark-submit"), script);
            if (!file.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + file + " executable");
            }
            return bin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a master and a worker with two cores; gives the master's URL. */
    public String startCluster() {
        int port = Ports.free();
        String url = "spark://127.0.0.1:" + port;
        ServerProcess master = ServerProcess.start(
                folder.resolve("master.log"),
                java(
                        "-Xmx256m",
                        List.of(
                                "org.apache.spark.deploy.master.Master",
                                "--host",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(port),
                                "--webui-port",
                                Integer.toString(Ports.free()))));
        cluster.add(master);
        master.await(Duration.ofSeconds(60), () -> Ports.isOpen(port));
        int workerPort = Ports.free();
        ServerProcess worker = ServerProcess.start(
                folder.resolve("worker.log"),
                java(
                        "-Xmx256m",
                        List.of(
                                "org.apache.spark.deploy.worker.Worker",
                                "--host",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(workerPort),
                                "--webui-port",
                                Integer.toString(Ports.free()),
                                "--cores",
                                "2",
                                "--memory",
                                "1500m",
                                "--work-dir",
                                folder.resolve("work").toString(),
                                url)));
        cluster.add(worker);
        worker.await(Duration.ofSeconds(60), () -> Ports.isOpen(workerPort));
        return url;
    }

    /** Whether a worker has run an executor. */
    public boolean hasRunExecutors() {
        try (Stream<Path> apps = Files.list(folder.resolve("work"))) {
            return apps.anyMatch(app -> Files.isDirectory(app.resolve("0")));
        } catch (IOException e) {
            return false;
        }
    }

    public void stopCluster() throws Exception {
        for (int i = cluster.size() - 1; i >= 0; i--) {
            cluster.get(i).close();
        }
    }

    /** Spark's jars. */
    public String classPath() {
        return folder.resolve("jars") + "/*";
    }

    private ProcessBuilder java(String heap, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m"));
        command.addAll(
                Stream.of(System.getProperty("millrace.spark.java.options").split(" "))
                        .filter(option -> !option.isBlank())
                        .toList());
        command.addAll(List.of("-cp", classPath()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment());
        return builder;
    }

    private Map<String, String> environment() {
        return Map.of(
                "SPARK_HOME",
                folder.toString(),
                "SPARK_SCALA_VERSION",
                "2.12",
                "SPARK_LOCAL_IP",
                "127.0.0.1",
                "SPARK_LOCAL_DIRS",
                folder.resolve("tmp").toString());
    }

    /** Deletes a folder and lays Spark out in it. */
    public static SparkHome in(Path folder) throws IOException {
        FileUtils.deleteDirectory(folder.toFile());
        return new SparkHome(folder);
    }
}
