package io.millrace.schemas.tool;

import io.millrace.schemas.Contract;
import io.millrace.schemas.ContractException;
import io.millrace.schemas.SchemaFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * What is to be said about one contract.
 *
 * @param name of the contract, which is its folder's
 * @param contract empty when it cannot be read
 * @param released number of released versions
 * @param unreleased whether its schema differs from the newest released version in what readers and writers see; true
 *     also when nothing was released
 * @param breaks the promises towards released versions that it breaks
 * @param problems what else is wrong, one sentence each
 */
public record ContractReport(
        String name,
        Optional<Contract> contract,
        int released,
        boolean unreleased,
        List<Break> breaks,
        List<String> problems) {

    public ContractReport {
        breaks = List.copyOf(breaks);
        problems = List.copyOf(problems);
    }

    /** Reads and judges the contract in a folder. */
    static ContractReport of(Path folder) {
        String name = folder.getFileName().toString();
        try {
            SortedMap<Integer, Schema> released = ReleasedVersions.read(folder);
            // First of all: a field that is gone may also be missed by other parts of the contract, which is a
            // consequence and not worth a sentence of its own.
            List<Break> breaks = breaks(name, folder, released);
            if (!breaks.isEmpty()) {
                return new ContractReport(name, Optional.empty(), released.size(), true, breaks, List.of());
            }
            Contract contract = Contract.read(folder);
            boolean unreleased = contract.value()
                    .filter(value -> released.isEmpty()
                            || !ReleasedVersions.sameForReaders(released.get(released.lastKey()), value))
                    .isPresent();
            return new ContractReport(name, Optional.of(contract), released.size(), unreleased, List.of(), List.of());
        } catch (ContractException e) {
            return new ContractReport(name, Optional.empty(), 0, false, List.of(), List.of(e.getMessage()));
        }
    }

    private static List<Break> breaks(String name, Path folder, SortedMap<Integer, Schema> released) {
        if (released.isEmpty()) {
            return List.of();
        }
        Path value = folder.resolve("value.avsc");
        if (!Files.exists(value)) {
            throw new ContractException(value + ": is gone, though version " + released.lastKey()
                    + " was released; restore it, since records of that version are in the topic");
        }
        return Compatibility.check(name, Contract.compatibilityOf(folder), SchemaFile.read(value), released);
    }

    /** Whether nothing is wrong. */
    public boolean isSound() {
        return breaks.isEmpty() && problems.isEmpty();
    }

    /** Everything that is wrong, one sentence each, which name the contract or the file; empty when it is sound. */
    public List<String> sentences() {
        return Stream.concat(breaks.stream().map(one -> one.contract() + ": " + one.sentence()), problems.stream())
                .map(sentence -> sentence.matches("(?s).*[.?]") ? sentence : sentence + ".")
                .toList();
    }
}
