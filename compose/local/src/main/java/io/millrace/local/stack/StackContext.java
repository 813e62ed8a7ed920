package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.security.Security;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** What the services of one stack have in common: where they live, listen, and what they are made of. */
record StackContext(
        StackFolder folder,
        StackAddress address,
        Security security,
        Secrets secrets,
        Checkout checkout,
        BuildCopy build,
        Servers servers,
        Versions versions,
        Unprivileged unprivileged,
        Probes probes) {

    /** The Java that runs us runs everything. */
    static Path javaHome() {
        return Path.of(System.getProperty("java.home"));
    }

    /** A Java command of a small server: little heap, and only the quick compiler, as two cores have no time for more. */
    static List<String> smallJava(String heap, String... options) {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-Xms32m",
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(List.of(options));
        return command;
    }

    /** How the services are reached. */
    Access access() {
        return security.access();
    }

    static String java() {
        return javaHome().resolve("bin/java").toString();
    }

    static String local(int port) {
        return StackAddress.HOST + ":" + port;
    }

    /** Writes a settings file that may hold a secret. */
    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }
}
