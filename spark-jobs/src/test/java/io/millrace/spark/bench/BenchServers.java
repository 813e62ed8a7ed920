package io.millrace.spark.bench;

import io.millrace.spark.support.Broker;
import io.millrace.spark.support.Ports;
import io.millrace.spark.support.Registry;
import io.millrace.spark.support.S3;
import io.millrace.spark.support.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.io.FileUtils;

/** The servers of the benchmarks, each started when it is first asked for. One thread. */
final class BenchServers implements AutoCloseable {
    private static final List<String> BROKER_JVM = List.of("-Xms512m", "-Xmx1g", "-XX:+UseG1GC");

    private final Path cache;
    private final Path work;
    private final Map<String, Broker> brokers = new TreeMap<>();
    private final Map<String, ServerProcess> running = new TreeMap<>();
    private int runs;
    private Registry registry;
    private S3 s3;

    /**
     * @param cache folder of what is kept for the next run
     * @param work folder of everything else, emptied first
     */
    BenchServers(Path cache, Path work) throws IOException {
        this.cache = cache;
        this.work = work;
        FileUtils.deleteDirectory(work.toFile());
        Files.createDirectories(work);
        Files.createDirectories(cache);
        // Also when somebody ends the benchmark.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** A broker whose records stay from run to run; a name is one broker. */
    Broker broker(String name) {
        return brokers.computeIfAbsent(name, each -> {
            Path folder = cache.resolve(each);
            Path marker = folder.resolve("port");
            try {
                if (Files.exists(marker) && Ports.isOpen(port(marker))) {
                    throw new IllegalStateException("port " + port(marker) + " of the cached broker in " + folder
                            + " is taken; end what listens there, or remove the folder");
                }
                if (!Files.exists(marker)) {
                    FileUtils.deleteDirectory(folder.toFile());
                    int port = Ports.free();
                    Broker.format(folder, port, Ports.free());
                    Files.writeString(marker, Integer.toString(port));
                }
                Broker broker = new Broker(folder, port(marker));
                ServerProcess process = broker.start(BROKER_JVM);
                running.put(each, process);
                process.await(Duration.ofSeconds(60), () -> Ports.isOpen(broker.port()));
                return broker;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** What they hold stays for the next time that they are asked for. */
    synchronized void stopBrokers() {
        running.values().forEach(ServerProcess::terminate);
        running.clear();
        brokers.clear();
    }

    private static int port(Path marker) throws IOException {
        return Integer.parseInt(Files.readString(marker).strip());
    }

    /** Where the Confluent protocol of the registry answers. */
    String registryUrl() {
        if (registry == null) {
            registry = Registry.start(work);
        }
        return registry.url();
    }

    S3 s3() {
        if (s3 == null) {
            s3 = S3.start(work);
        }
        return s3;
    }

    /** A number that no other run has, so that no run finds what another has left. */
    int nextRun() {
        return runs++;
    }

    /** A folder for what a run leaves behind. */
    Path work() {
        return work;
    }

    @Override
    public synchronized void close() {
        stopBrokers();
        if (registry != null) {
            registry.close();
        }
        if (s3 != null) {
            s3.close();
        }
    }
}
