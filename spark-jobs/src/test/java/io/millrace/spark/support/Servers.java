package io.millrace.spark.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** A real broker and a real schema registry on free ports, and the file that maps addresses to places. */
public final class Servers implements AutoCloseable {
    private final Path folder;
    private final ServerProcess kafka;
    private final Registry registry;
    private final String bootstrapServers;

    private Servers(Path folder) throws IOException {
        this.folder = folder;
        int kafkaPort = Ports.free();
        bootstrapServers = "127.0.0.1:" + kafkaPort;
        registry = Registry.starting(folder);
        kafka = Broker.format(folder, kafkaPort, Ports.free()).start(Broker.SMALL);
        kafka.await(Duration.ofSeconds(120), () -> Ports.isOpen(kafkaPort));
        registry.await();
    }

    public static Servers start(Path folder) {
        try {
            return new Servers(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public String registryUrl() {
        return registry.url();
    }

    /** Path of the database of places. */
    public Path places() {
        return Places.unpack(folder);
    }

    @Override
    public void close() {
        registry.close();
        kafka.close();
    }
}
