package io.millrace.spark.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.spark.faults.HaltingCheckpointFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The delivered jar, submitted to a local Spark again and again with the same configuration. */
public final class Submissions implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRY_AGAIN = 75;
    private static final int DEAD = 137;
    private static final List<String> HALTING = List.of(
            "--conf", "spark.sql.streaming.checkpointFileManagerClass=" + HaltingCheckpointFiles.class.getName());

    private final SparkHome spark;
    private final Path config;
    private final Path checkpoints;
    private final List<ServerProcess> started = new ArrayList<>();

    /** @param settings lines of the driver's configuration besides the servers and paths */
    public Submissions(Path folder, Servers servers, ContractsCopy contracts, String... settings) throws IOException {
        this.checkpoints = folder.resolve("checkpoints");
        this.spark = SparkHome.in(folder.resolve("spark"));
        List<String> lines = new ArrayList<>(List.of(
                "kafka.bootstrap.servers=" + servers.bootstrapServers(),
                "registry.url=" + servers.registryUrl(),
                "checkpoint.path=" + checkpoints,
                "contracts.path=" + contracts.folder(),
                "jobs.path=" + Files.createDirectories(folder.resolve("jobs")),
                "geo.country.mmdb=" + servers.places(),
                // Long for a renewal on a busy machine, short for a test that waits for a dead one's end.
                "lock.lease=8s"));
        lines.addAll(List.of(settings));
        this.config = Files.writeString(folder.resolve("driver.properties"), String.join("\n", lines));
    }

    public SparkHome spark() {
        return spark;
    }

    public Path checkpoints() {
        return checkpoints;
    }

    /** The configuration that every run is given. */
    public Path config() {
        return config;
    }

    /** The arguments with the configuration. */
    public List<String> arguments(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--config", config.toString()));
        return all;
    }

    public SparkHome.Submitted submit(String... arguments) {
        return submit(List.of(), List.of(), arguments);
    }

    private SparkHome.Submitted submit(List<String> driver, List<String> options, String... arguments) {
        SparkHome.Submitted run =
                spark.submit("run-" + started.size(), "local[2]", driver, options, arguments(arguments));
        started.add(run.process());
        return run;
    }

    /** Runs to the end; gives the line that the run told. */
    public JsonNode ended(int code, String... arguments) {
        return told(code, submit(arguments));
    }

    private static JsonNode told(int code, SparkHome.Submitted run) {
        assertThat(run.process().waitFor(PATIENCE))
                .as(run.printed() + "\n" + run.process().tail())
                .isEqualTo(code);
        assertThat(run.printed().lines()).as("one line").hasSize(1);
        try {
            JsonNode told = JSON.readTree(run.printed());
            assertThat(told.path("exit_code").asInt()).isEqualTo(code);
            return told;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs, as a scheduler does, again while it is told to try again. */
    public JsonNode done(String... arguments) {
        return told(0, settled(List.of(), List.of(), arguments));
    }

    private SparkHome.Submitted settled(List<String> driver, List<String> options, String... arguments) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (true) {
            SparkHome.Submitted run = submit(driver, options, arguments);
            if (run.process().waitFor(PATIENCE) != TRY_AGAIN || Instant.now().isAfter(patience)) {
                return run;
            }
        }
    }

    /**
     * Runs a job with available-now until it drops dead at a moment of its next batch.
     *
     * @param moment as {@link HaltingCheckpointFiles} takes it, with {@code %1$d} for the batch and {@code %2$d} for the
     *     version of its state
     */
    public void killed(String job, String moment) {
        long next = newest(job, "offsets") + 1;
        String when = String.format(moment, next, next + 1);
        // Where Spark itself looks for the class: beside its own jars.
        String classPath =
                spark.classPath() + ":" + Path.of("target", "test-classes").toAbsolutePath();
        SparkHome.Submitted dead = settled(
                List.of("-cp", classPath, "-Dmillrace.test.halt=" + when),
                HALTING,
                "run",
                "--job",
                job,
                "--mode",
                "available-now");
        assertThat(dead.process().waitFor())
                .as(when + "\n" + dead.process().tail())
                .isEqualTo(DEAD);
    }

    /** The number of the newest batch in a log of a job's checkpoint; -1 when there is none. */
    public long newest(String job, String log) {
        Path checkpoint = checkpoints.resolve(job);
        try (Stream<Path> files = Files.exists(checkpoint) ? Files.walk(checkpoint) : Stream.empty()) {
            return files.filter(file -> file.getParent().endsWith(log))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .mapToLong(Long::parseLong)
                    .max()
                    .orElse(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends whatever still runs. */
    @Override
    public void close() throws Exception {
        started.stream().filter(ServerProcess::isAlive).forEach(ServerProcess::close);
        spark.stopCluster();
    }
}
