package io.millrace.local.stack;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The contracts of several folders, each once. */
final class ContractFolders {
    private ContractFolders() {}

    /** @param folders the first that has a contract counts; one that does not exist has none */
    static Collection<Contract> all(Path... folders) {
        Map<String, Contract> contracts = new TreeMap<>();
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                Catalogue.read(folder).contracts().forEach(each -> contracts.putIfAbsent(each.name(), each));
            }
        }
        return contracts.values();
    }
}
