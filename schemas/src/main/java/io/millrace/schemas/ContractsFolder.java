package io.millrace.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder of contracts that may change while it is in use. The folder is looked at no more often than every second and
 * read again only when the name, size or time of a file in it changed. A folder that cannot be read, as in the middle of
 * a copy, leaves the last good catalogue in use. Safe for use by several threads.
 */
public final class ContractsFolder {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Path folder;
    private final Clock clock;
    private Catalogue catalogue;
    private Map<Path, FileState> seen;
    private Instant lookedAt;
    private String problem;

    private record FileState(long size, FileTime modified) {}

    /**
     * Reads the folder.
     *
     * @throws ContractException when a contract cannot be read, with the file and the reason
     */
    public ContractsFolder(Path folder) {
        this(folder, Clock.systemUTC());
    }

    /**
     * Reads the folder.
     *
     * @param clock tells when a second has passed
     * @throws ContractException when a contract cannot be read, with the file and the reason
     */
    public ContractsFolder(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
        this.lookedAt = clock.instant();
        this.seen = states();
        this.catalogue = Catalogue.read(folder);
    }

    /** The newest catalogue that could be read; never null, and the same instance while nothing changed. */
    public synchronized Catalogue catalogue() {
        Instant now = clock.instant();
        if (Duration.between(lookedAt, now).abs().compareTo(PATIENCE) >= 0) {
            lookedAt = now;
            look();
        }
        return catalogue;
    }

    /** As {@link #catalogue}, but looks now, however short ago the folder was looked at. */
    public synchronized Catalogue newest() {
        lookedAt = clock.instant();
        look();
        return catalogue;
    }

    /** Why the folder could not be read when it was last looked at; empty when all is well. */
    public synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private void look() {
        try {
            Map<Path, FileState> now = states();
            if (!now.equals(seen)) {
                // What is read may be newer than these states, in which case it is read once more the next time.
                catalogue = Catalogue.read(folder);
                seen = now;
            }
            problem = null;
        } catch (ContractException e) {
            problem = e.getMessage();
        }
    }

    private Map<Path, FileState> states() {
        Map<Path, FileState> states = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder, 3)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (attributes.isRegularFile()) {
                    states.put(file, new FileState(attributes.size(), attributes.lastModifiedTime()));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ContractException("cannot read the contracts in " + folder + ": " + e.getMessage(), e);
        }
        return states;
    }
}
