package io.millrace.connect.configs.servers;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Where the build has put the servers' files. */
final class Runtimes {
    private static final Path COMPOSE =
            Path.of("..", "compose", "runtimes").toAbsolutePath().normalize();

    private Runtimes() {}

    /** Class path of broker and worker, as the product ships it. */
    static String kafka() throws IOException {
        return Files.readString(COMPOSE.resolve(Path.of("kafka", "target", "runtime.classpath")))
                .strip();
    }

    static Path archive(String name) {
        return COMPOSE.resolve(Path.of("servers", "target", "archives", name));
    }

    /** A jar from the tests' own class path. */
    static Path jar(String name) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> entry.getFileName().toString().startsWith(name + "-"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + name + " on the class path"));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
