package io.millrace.spark.support;

import io.millrace.testing.Built;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real S3 service on a free port, with one bucket in a folder. */
public final class S3 implements AutoCloseable {
    private static final String BUCKET = "millrace";
    private static final String ACCESS_KEY = "test";
    private static final String SECRET_KEY = "only-for-tests";

    private final ServerProcess process;
    private final String endpoint;

    private S3(ServerProcess process, String endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    public static S3 start(Path folder) {
        int port = Ports.free();
        String endpoint = "http://127.0.0.1:" + port;
        Path config = folder.resolve("s3proxy.conf");
        try {
            Path data = Files.createDirectories(folder.resolve("s3"));
            Files.createDirectories(data.resolve(BUCKET));
            Files.writeString(
                    config,
                    String.join(
                            "\n",
                            "s3proxy.endpoint=" + endpoint,
                            "s3proxy.authorization=aws-v2-or-v4",
                            "s3proxy.identity=" + ACCESS_KEY,
                            "s3proxy.credential=" + SECRET_KEY,
                            "jclouds.provider=filesystem-nio2",
                            "jclouds.identity=unused",
                            "jclouds.credential=unused",
                            "jclouds.filesystem.basedir=" + data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ServerProcess process = ServerProcess.start(
                folder.resolve("s3.log"),
                new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        Built.archive("s3proxy.jar").toString(),
                        "--properties",
                        config.toString())));
        process.await(Duration.ofSeconds(60), () -> Ports.isOpen(port));
        return new S3(process, endpoint);
    }

    /** What a driver needs to keep its lake and its checkpoints here. */
    public Map<String, String> driverSettings() {
        return Map.of(
                "s3.endpoint", endpoint,
                "s3.access.key", ACCESS_KEY,
                "s3.secret.key", SECRET_KEY,
                "lake.path", "s3a://" + BUCKET + "/lake",
                "checkpoint.path", "s3a://" + BUCKET + "/checkpoints");
    }

    @Override
    public void close() {
        process.close();
    }
}
