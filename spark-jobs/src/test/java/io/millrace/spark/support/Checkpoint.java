package io.millrace.spark.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A query's checkpoint folder on the local disk. */
public final class Checkpoint {
    private final Path folder;

    public Checkpoint(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes Spark believe that the newest batch was never finished, as when it died after the batch's last write and before
     * it could note that.
     */
    public void forgetNewestCommit() {
        try {
            long newest = newest("commits");
            if (newest != newest("offsets")) {
                throw new IllegalStateException("batch " + newest("offsets") + " was not finished");
            }
            Files.delete(folder.resolve("commits").resolve(Long.toString(newest)));
            Files.deleteIfExists(folder.resolve("commits").resolve("." + newest + ".crc"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long newest(String log) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(log))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .mapToLong(Long::parseLong)
                    .max()
                    .orElseThrow();
        }
    }
}
