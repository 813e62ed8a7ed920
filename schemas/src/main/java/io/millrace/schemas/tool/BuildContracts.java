package io.millrace.schemas.tool;

import io.millrace.schemas.ContractException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** What the build of this module does with its contracts: check them, then write their Java classes and documentation. */
final class BuildContracts {

    /** Ends the build; without a stack, as the message says all there is to say. */
    private static final class ContractsDoNotHold extends RuntimeException {
        private static final long serialVersionUID = 1;

        ContractsDoNotHold(String message) {
            super(message, null, false, false);
        }

        /** The build tool prints this where it would print a stack. */
        @Override
        public String toString() {
            return getMessage();
        }
    }

    private BuildContracts() {}

    /** Takes the folder of the contracts, its copy in the class path, and the folders for Java sources and documentation. */
    public static void main(String[] args) {
        Path contracts = shortened(Path.of(args[0]));
        try {
            CatalogueReport report = CatalogueReport.of(contracts);
            if (!report.isSound()) {
                throw new ContractsDoNotHold("The contracts in " + contracts + " cannot be built.\n\n  "
                        + String.join("\n  ", report.sentences()) + "\n");
            }
            List<Schema> schemas = report.contracts().stream()
                    .flatMap(one -> one.contract().stream())
                    .flatMap(contract -> contract.value().stream())
                    .toList();
            JavaClasses.write(schemas, Path.of(args[2]));
            ContractPages.write(contracts, Path.of(args[3]));
            forgetLeftovers(Path.of(args[1]), contracts);
            forgetPages(Path.of(args[3]), contracts);
        } catch (IOException e) {
            throw new ContractsDoNotHold("cannot build the contracts in " + contracts + ": " + e);
        } catch (ContractException e) {
            throw new ContractsDoNotHold(e.getMessage());
        }
    }

    /** The copy is made by adding; what is no longer in the original would stay in it for ever. */
    private static void forgetLeftovers(Path copy, Path original) throws IOException {
        if (!Files.exists(copy)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(copy)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                if (!Files.exists(original.resolve(copy.relativize(entry)))) {
                    Files.delete(entry);
                }
            }
        }
    }

    private static void forgetPages(Path pages, Path contracts) throws IOException {
        try (Stream<Path> files = Files.list(pages)) {
            for (Path page : files.toList()) {
                String name = page.getFileName().toString();
                if (name.endsWith(".md")
                        && !name.equals("index.md")
                        && !Files.isDirectory(contracts.resolve(name.substring(0, name.length() - ".md".length())))) {
                    Files.delete(page);
                }
            }
        }
    }

    /** Relative where the folder lies below the one that the build was started in, so that messages are short. */
    private static Path shortened(Path folder) {
        Path here = Path.of("").toAbsolutePath();
        return folder.startsWith(here) ? here.relativize(folder) : folder;
    }
}
