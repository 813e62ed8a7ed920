package io.millrace.connect.configs;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The connectors declared in a folder, one JSON file each, in the order of their names. Immutable. */
public final class DeclaredConnectors {
    private final List<DeclaredConnector> connectors;

    private DeclaredConnectors(List<DeclaredConnector> connectors) {
        this.connectors = List.copyOf(connectors);
    }

    /**
     * Reads every {@code *.json} of a folder.
     *
     * @throws DeclarationException when a file is not a connector, with the file and the reason
     */
    public static DeclaredConnectors read(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            List<DeclaredConnector> connectors = new ArrayList<>();
            for (Path file : entries.filter(
                            entry -> entry.getFileName().toString().endsWith(".json"))
                    .sorted(Comparator.comparing(entry -> entry.getFileName().toString()))
                    .toList()) {
                connectors.add(ConnectorFile.read(file));
            }
            return new DeclaredConnectors(connectors);
        } catch (IOException e) {
            throw new DeclarationException("cannot read the connectors in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** The connectors that Millrace ships, from the class path. */
    public static DeclaredConnectors bundled() {
        try {
            URI location = DeclaredConnectors.class.getResource("/connectors").toURI();
            if (!"jar".equals(location.getScheme())) {
                return read(Path.of(location));
            }
            // One file system per JVM and jar: one that is open already belongs to somebody else and stays open.
            try {
                return read(FileSystems.getFileSystem(location).getPath("/connectors"));
            } catch (FileSystemNotFoundException e) {
                try (FileSystem jar = FileSystems.newFileSystem(location, Map.of())) {
                    return read(jar.getPath("/connectors"));
                }
            }
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException("cannot read the connectors on the class path: " + e.getMessage(), e);
        }
    }

    /** Connectors that no folder holds, in the order given. */
    public static DeclaredConnectors of(List<DeclaredConnector> connectors) {
        return new DeclaredConnectors(connectors);
    }

    /** All of them, in the order of their names. */
    public List<DeclaredConnector> all() {
        return connectors;
    }

    /** Those that satisfy a condition, in the same order. */
    public DeclaredConnectors matching(Predicate<DeclaredConnector> condition) {
        return new DeclaredConnectors(connectors.stream().filter(condition).toList());
    }
}
