package io.millrace.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The state folder of one stack, and who keeps what where in it.
 *
 * @param root the folder, absolute
 */
public record StackFolder(Path root) {
    public StackFolder {
        root = root.toAbsolutePath().normalize();
    }

    /** Held, as a file lock, by the supervisor for as long as it lives. */
    Path lock() {
        return root.resolve("lock");
    }

    /** What runs, for the other commands; present while the stack is up. */
    public Path stackJson() {
        return root.resolve("stack.json");
    }

    /** Passwords and keys, generated once, readable by the owner alone. */
    public Path secrets() {
        return root.resolve("secrets.properties");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    public Path log(String service) {
        return logs().resolve(service + ".log");
    }

    Path run() {
        return root.resolve("run");
    }

    Path pidFile(String service) {
        return run().resolve(service + ".pid");
    }

    /** What a service must find again after a restart. */
    public Path data(String service) {
        return root.resolve("data").resolve(service);
    }

    /** The contracts that run, one folder each: the HTTP source and the Spark drivers look at them all the time. */
    public Path contracts() {
        return root.resolve("contracts");
    }

    /** The declared jobs that run, one folder each: the serving driver looks at them all the time. */
    public Path jobs() {
        return root.resolve("jobs");
    }

    /** Files that a connector may name as {@code ${file:...}} or {@code ${dir:...}}; only the owner may look inside. */
    public Path connectorSecrets() {
        return root.resolve("secrets");
    }

    /** Certificates and accounts of a stack that was started with {@code --secure}; only the owner may look inside. */
    public Path security() {
        return root.resolve("security");
    }

    /** What is written anew at every start: settings, temporary files. */
    Path conf(String service) {
        return root.resolve("conf").resolve(service);
    }

    /** The folder that is the S3 bucket. */
    public Path bucket() {
        return data("s3").resolve("millrace");
    }

    /** Creates the folder and those every service needs; only the owner may look inside. */
    void create() {
        try {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
            for (Path folder :
                    new Path[] {logs(), run(), root.resolve("data"), root.resolve("conf"), contracts(), jobs()}) {
                Files.createDirectories(folder);
            }
            for (Path folder : new Path[] {connectorSecrets(), security()}) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new StackException(
                    "cannot create the state folder " + root + ": " + e + "; choose another with --state");
        }
    }

    /** Removes the folder and everything in it. */
    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
