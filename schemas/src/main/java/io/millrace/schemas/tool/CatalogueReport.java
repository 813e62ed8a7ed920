package io.millrace.schemas.tool;

import io.millrace.schemas.ContractException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is to be said about a folder of contracts.
 *
 * @param contracts the report on each, ordered by name
 * @param problems what is wrong between contracts, one sentence each
 */
public record CatalogueReport(List<ContractReport> contracts, List<String> problems) {

    public CatalogueReport {
        contracts = List.copyOf(contracts);
        problems = List.copyOf(problems);
    }

    /**
     * Reads and judges every contract in a folder; what is wrong with one does not hide what is wrong with another.
     *
     * @throws ContractException when the folder itself cannot be read
     */
    public static CatalogueReport of(Path folder) {
        List<ContractReport> reports =
                contractFolders(folder).stream().map(ContractReport::of).toList();
        TypeNames names = new TypeNames();
        List<String> problems = new ArrayList<>();
        for (ContractReport report : reports) {
            report.contract()
                    .flatMap(contract -> contract.value())
                    .ifPresent(value -> problems.addAll(names.add(report.name(), value)));
        }
        return new CatalogueReport(reports, problems);
    }

    /** The folders of the contracts in a folder, ordered by name. */
    static List<Path> contractFolders(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ContractException("cannot read the contracts in " + folder + ": " + e, e);
        }
    }

    /**
     * Returns when every contract in a folder is sound.
     *
     * @throws ContractException with a line for each thing that is wrong
     */
    public static void requireSound(Path folder) {
        CatalogueReport report = of(folder);
        if (!report.isSound()) {
            throw new ContractException(String.join(System.lineSeparator() + "millrace: ", report.sentences()));
        }
    }

    /** Whether nothing is wrong. */
    public boolean isSound() {
        return sentences().isEmpty();
    }

    /** Everything that is wrong, one sentence each; empty when all contracts are sound. */
    public List<String> sentences() {
        return Stream.concat(
                        contracts.stream().flatMap(report -> report.sentences().stream()),
                        problems.stream().map(problem -> problem + "."))
                .toList();
    }
}
