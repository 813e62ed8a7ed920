package io.millrace.local.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The source checkout whose build output the stack runs.
 *
 * @param root folder of the parent pom, absolute
 */
public record Checkout(Path root) {
    /** System property with the checkout's folder; the launcher script sets it. */
    public static final String HOME_PROPERTY = "millrace.home";
    /** Environment variable that names the state folder for commands that are given none. */
    public static final String STATE_VARIABLE = "MILLRACE_STATE";

    public Checkout {
        root = root.toAbsolutePath().normalize();
    }

    /** The checkout named by {@value #HOME_PROPERTY}, otherwise the one around the working directory. */
    public static Checkout current() {
        String home = System.getProperty(HOME_PROPERTY);
        if (home != null) {
            return new Checkout(Path.of(home));
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("compose/runtimes/servers/pom.xml"))) {
                return new Checkout(folder);
            }
        }
        throw new StackException(
                "cannot find the Millrace checkout from " + Path.of("").toAbsolutePath()
                        + "; start through the millrace script, or pass -D" + HOME_PROPERTY + "=FOLDER");
    }

    /** Where state is kept unless a command is told otherwise: {@value #STATE_VARIABLE}, or the checkout's own folder. */
    public Path defaultState() {
        String chosen = System.getenv(STATE_VARIABLE);
        return chosen == null || chosen.isBlank()
                ? ownFolder()
                : Path.of(chosen).toAbsolutePath().normalize();
    }

    /** What all stacks of this checkout share. */
    Path ownFolder() {
        return root.resolve(".millrace");
    }

    Path archive(String name) {
        return built(root.resolve("compose/runtimes/servers/target/archives").resolve(name));
    }

    /** Class path of the broker, the Connect worker and their tools. */
    String kafkaClassPath() {
        return read(root.resolve("compose/runtimes/kafka/target/runtime.classpath"));
    }

    /** Class path of the MQTT broker, the class that starts it first. */
    String mqttClassPath() {
        Path target = root.resolve("compose/runtimes/mqtt/target");
        return jar(target, "millrace-runtime-mqtt-") + File.pathSeparator + read(target.resolve("runtime.classpath"));
    }

    /** Class path of the Spark drivers, the jobs first. */
    public String sparkClassPath() {
        Path target = root.resolve("spark-jobs/target");
        return jar(target, "millrace-spark-jobs-") + File.pathSeparator + read(target.resolve("runtime.classpath"));
    }

    /** The folders that hold one plugin folder per connector. */
    List<Path> pluginFolders() {
        Path connectors = root.resolve("connectors");
        try (Stream<Path> modules = Files.list(connectors)) {
            List<Path> folders = new ArrayList<>(modules.map(module -> module.resolve("target/plugin"))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList());
            if (folders.isEmpty()) {
                throw new StackException(
                        "no connector is built under " + connectors + "; run ./mvnw -DskipTests package");
            }
            return folders;
        } catch (IOException e) {
            throw new StackException("cannot list " + connectors + ": " + e.getMessage(), e);
        }
    }

    /** The declared connectors, one file each. */
    public Path connectorConfigs() {
        return root.resolve("connect-configs/connectors");
    }

    /** The environment files of the control tool. */
    public Path environments() {
        return root.resolve("connect-configs/environments");
    }

    /** What is told to Prometheus, and what it is told to watch for. */
    public Path prometheus() {
        return root.resolve("compose/prometheus");
    }

    /** The declared jobs, one folder each. */
    public Path jobs() {
        return root.resolve("spark-jobs/jobs");
    }

    /** The sources of the dashboards. */
    public Path dashboards() {
        return root.resolve("compose/kibana");
    }

    /** The contracts, one folder each. */
    public Path contracts() {
        return root.resolve("schemas/contracts");
    }

    private static Path jar(Path target, String prefix) {
        try (Stream<Path> files = Files.isDirectory(target) ? Files.list(target) : Stream.empty()) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.startsWith(prefix)
                                && name.endsWith(".jar")
                                && !name.endsWith("-tests.jar")
                                && !name.endsWith("-sources.jar");
                    })
                    .sorted()
                    .findFirst()
                    .orElseThrow(() -> unbuilt(target.resolve(prefix + "*.jar")));
        } catch (IOException e) {
            throw new StackException("cannot list " + target + ": " + e.getMessage(), e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(built(file)).strip();
        } catch (IOException e) {
            throw new StackException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path built(Path file) {
        if (!Files.exists(file)) {
            throw unbuilt(file);
        }
        return file;
    }

    private static StackException unbuilt(Path file) {
        return new StackException(file + " is missing, so the build is not complete; run ./mvnw -DskipTests package");
    }
}
