package io.millrace.local.dashboards;

import io.millrace.schemas.Catalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The sources that ship, and copies of them that a test may change. */
final class ShippedFiles {
    static final Path DASHBOARDS = Path.of("..", "kibana");
    static final Path CONTRACTS = Path.of("..", "..", "schemas", "contracts");

    private ShippedFiles() {}

    static DashboardFiles read() {
        return read(DASHBOARDS, CONTRACTS);
    }

    static DashboardFiles read(Path dashboards, Path contracts) {
        return DashboardFiles.read(dashboards, Catalogue.read(contracts));
    }

    static Path copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces a text that has to be there. */
    static void edit(Path file, String old, String now) {
        try {
            String text = Files.readString(file);
            if (!text.contains(old)) {
                throw new IllegalArgumentException(file + " has no " + old);
            }
            Files.writeString(file, text.replace(old, now));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
