package io.millrace.schemas.tool;

import io.millrace.schemas.Contract;
import io.millrace.schemas.ContractException;
import io.millrace.schemas.SchemaFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/** The versions of a contract's schema that are in use somewhere: {@code released/1.avsc}, {@code released/2.avsc} and so on. */
public final class ReleasedVersions {
    private static final Pattern NAME = Pattern.compile("([1-9]\\d{0,5})\\.avsc");

    private ReleasedVersions() {}

    /**
     * The released schemas by version, ascending; empty when nothing was released yet.
     *
     * @param folder the contract's folder
     * @throws ContractException when a version is missing between others or a file cannot be read
     */
    public static SortedMap<Integer, Schema> read(Path folder) {
        SortedMap<Integer, Schema> versions = new TreeMap<>();
        for (Path file : files(folder.resolve("released"))) {
            Matcher name = NAME.matcher(file.getFileName().toString());
            if (!name.matches()) {
                throw new ContractException(
                        file + ": a released version is named by its number, such as 1.avsc; move this file elsewhere");
            }
            versions.put(Integer.parseInt(name.group(1)), SchemaFile.read(file));
        }
        for (int version = 1; version <= versions.size(); version++) {
            if (!versions.containsKey(version)) {
                throw new ContractException(path(folder, version) + ": is missing, though version " + versions.lastKey()
                        + " exists; released versions stay for ever, so restore it");
            }
        }
        return versions;
    }

    private static List<Path> files(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ContractException("cannot read " + folder + ": " + e.getMessage(), e);
        }
    }

    /**
     * Releases the schema of a contract as the next version.
     *
     * @param folder the contract's folder
     * @return the file that was written
     * @throws ContractException when there is no schema, when it breaks a promise, or when it differs from the newest
     *     version in nothing that a reader or writer sees
     */
    public static Path release(Path folder) {
        ContractReport report = ContractReport.of(folder);
        if (!report.isSound()) {
            throw new ContractException(String.join("\n", report.sentences()));
        }
        Contract contract = report.contract().orElseThrow();
        Schema current = contract.requireValue();
        SortedMap<Integer, Schema> released = read(folder);
        if (!released.isEmpty() && sameForReaders(released.get(released.lastKey()), current)) {
            throw new ContractException(contract.name() + ": nothing to release, value.avsc is the same as version "
                    + released.lastKey() + " to every reader and writer");
        }
        Path file = path(folder, released.size() + 1);
        try {
            Files.createDirectories(file.getParent());
            return Files.copy(folder.resolve("value.avsc"), file);
        } catch (IOException e) {
            throw new ContractException("cannot write " + file + ": " + e, e);
        }
    }

    /** Whether two schemas differ in documentation and other properties at most. */
    static boolean sameForReaders(Schema left, Schema right) {
        return SchemaNormalization.toParsingForm(left).equals(SchemaNormalization.toParsingForm(right))
                && SchemaDiff.between(left, right).isEmpty();
    }

    private static Path path(Path folder, int version) {
        return folder.resolve("released").resolve(version + ".avsc");
    }
}
