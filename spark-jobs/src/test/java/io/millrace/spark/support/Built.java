package io.millrace.spark.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build has put what the servers run on. */
final class Built {
    private Built() {}

    static Path archive(String name) {
        return file("compose/runtimes/servers/target/archives/" + name);
    }

    static String kafkaClassPath() {
        try {
            return Files.readString(file("compose/runtimes/kafka/target/runtime.classpath"))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param path from the root of the checkout */
    static Path file(String path) {
        Path file = Path.of("..").resolve(path).toAbsolutePath().normalize();
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is missing; build it with"
                    + " ./mvnw -pl compose/runtimes/kafka,compose/runtimes/servers,connectors/avro-converter package");
        }
        return file;
    }
}
