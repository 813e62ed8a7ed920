package io.millrace.connect.configs.live;

import io.millrace.connect.configs.plan.ContractFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the files of a contracts folder. */
public final class FolderReader {
    private FolderReader() {}

    /** The files below a folder; a folder that does not exist has none. Hidden files do not count. */
    public static ContractFiles read(Path folder) {
        Map<String, String> hashes = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (!file.getFileName().toString().startsWith(".")) {
                        hashes.put(folder.relativize(file).toString().replace('\\', '/'), hash(file));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the contracts in " + folder, e);
            }
        }
        return new ContractFiles(folder.toString(), hashes);
    }

    private static String hash(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
