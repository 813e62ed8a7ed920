package io.millrace.spark.run;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** On a local disk. A file appears with its whole content, as it is linked to its name after it was written. */
final class LocalFiles implements ExclusiveFiles {
    private static final String STAGING = ".staging-";

    private final Path folder;

    LocalFiles(Path folder) {
        this.folder = folder;
    }

    @Override
    public boolean create(String name, String content) throws IOException {
        Files.createDirectories(folder);
        Path staged = Files.writeString(Files.createTempFile(folder, STAGING, ""), content);
        try {
            Files.createLink(folder.resolve(name), staged);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.delete(staged);
        }
    }

    @Override
    public Optional<String> read(String name) throws IOException {
        try {
            return Optional.of(Files.readString(folder.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith(STAGING))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }
}
