package io.millrace.spark.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/** A driver as a child process, as the stack starts it, with its checkpoints on the local disk. */
public final class DriverProcess implements AutoCloseable {
    private final Path folder;
    private final Path config;
    private final int controlPort;
    private ServerProcess process;

    public DriverProcess(Path folder, Servers servers, Map<String, String> overrides) {
        this.folder = folder;
        this.config = folder.resolve("driver.properties");
        this.controlPort = Ports.free();
        Properties properties = new Properties();
        properties.put("kafka.bootstrap.servers", servers.bootstrapServers());
        properties.put("registry.url", servers.registryUrl());
        properties.put("checkpoint.path", checkpoints().toString());
        properties.put("geo.country.mmdb", servers.places().toString());
        properties.put("control.port", Integer.toString(controlPort));
        properties.put("spark.local.dir", folder.resolve("tmp").toString());
        properties.putAll(overrides);
        try {
            Files.createDirectories(folder);
            try (var out = Files.newBufferedWriter(config)) {
                properties.store(out, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int controlPort() {
        return controlPort;
    }

    public Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    public Path log() {
        return folder.resolve("driver.log");
    }

    public void start(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m"));
        command.addAll(
                Stream.of(System.getProperty("millrace.spark.java.options", "").split(" "))
                        .filter(option -> !option.isBlank())
                        .toList());
        command.addAll(
                Stream.of(System.getProperty("millrace.driver.options", "").split(" "))
                        .filter(option -> !option.isBlank())
                        .toList());
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.millrace.spark.Driver",
                "--config",
                config.toString()));
        command.addAll(List.of(arguments));
        process = ServerProcess.start(log(), new ProcessBuilder(command));
    }

    /** Waits until every job has run or has nothing to do. */
    public void awaitReady() {
        process.await(Duration.ofSeconds(180), () -> health().path("ready").asBoolean());
    }

    /** Waits for something that the driver should bring about; fails at once when it dies. */
    public void await(Duration patience, java.util.function.BooleanSupplier condition) {
        process.await(patience, condition);
    }

    public JsonNode health() {
        try {
            return new ObjectMapper()
                    .readTree(URI.create("http://127.0.0.1:" + controlPort + "/health")
                            .toURL());
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    /** What it tells Prometheus; empty while it does not answer. */
    public String metrics() {
        try (InputStream answer = URI.create("http://127.0.0.1:" + controlPort + "/metrics")
                .toURL()
                .openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    public ServerProcess process() {
        return process;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
