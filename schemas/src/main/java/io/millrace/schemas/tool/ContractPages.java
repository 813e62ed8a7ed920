package io.millrace.schemas.tool;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.ContractException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The documentation of a folder of contracts: a page each, and {@code index.md} over them. */
public final class ContractPages {
    private ContractPages() {}

    /**
     * Writes the pages; pages of contracts that no longer exist are left to whoever owns the folder.
     *
     * @param contracts folder of the contracts
     * @param out folder of the pages; made when it does not exist
     * @return the number of contracts
     * @throws ContractException when a contract cannot be read or a page cannot be written
     */
    public static int write(Path contracts, Path out) {
        Catalogue catalogue = Catalogue.read(contracts);
        try {
            Files.createDirectories(out);
            for (Contract contract : catalogue.contracts()) {
                Files.writeString(
                        out.resolve(contract.name() + ".md"),
                        ContractPage.of(contract, ReleasedVersions.read(contracts.resolve(contract.name()))));
            }
            Files.writeString(out.resolve("index.md"), index(catalogue));
        } catch (IOException e) {
            throw new ContractException("cannot write the contracts' pages to " + out + ": " + e, e);
        }
        return catalogue.contracts().size();
    }

    private static String index(Catalogue catalogue) {
        List<List<String>> rows = catalogue.contracts().stream()
                .map(contract -> List.of(
                        "[" + contract.name() + "](" + contract.name() + ".md)",
                        Markdown.text(contract.description()),
                        Markdown.text(contract.owner()),
                        Markdown.text(contract.writtenBy()),
                        ContractPage.readers(contract)))
                .toList();
        return "# Contracts\n\n" + Markdown.table(List.of("topic", "carries", "owner", "written by", "read by"), rows);
    }
}
