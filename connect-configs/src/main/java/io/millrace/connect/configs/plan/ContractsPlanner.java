package io.millrace.connect.configs.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Plans the copying of contract files, by contract. */
final class ContractsPlanner {
    private ContractsPlanner() {}

    static Optional<Change> plan(ContractFiles declared, Optional<ContractFiles> published, boolean prune) {
        Map<String, String> there = published.map(ContractFiles::hashes).orElse(Map.of());
        TreeSet<String> known = contracts(there);
        TreeSet<String> wanted = contracts(declared.hashes());
        List<String> added = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        for (String contract : wanted) {
            if (!known.contains(contract)) {
                added.add(contract);
            } else if (!files(declared.hashes(), contract).equals(files(there, contract))) {
                changed.add(contract);
            }
        }
        List<String> removed = prune
                ? known.stream().filter(contract -> !wanted.contains(contract)).toList()
                : List.of();
        return added.isEmpty() && changed.isEmpty() && removed.isEmpty()
                ? Optional.empty()
                : Optional.of(new Change.PublishContracts(
                        "contracts", published.map(ContractFiles::folder).orElse(""), added, changed, removed));
    }

    private static TreeSet<String> contracts(Map<String, String> files) {
        TreeSet<String> contracts = new TreeSet<>();
        files.keySet().forEach(file -> contracts.add(file.substring(0, Math.max(0, file.indexOf('/')))));
        contracts.remove("");
        return contracts;
    }

    private static List<String> files(Map<String, String> hashes, String contract) {
        return hashes.entrySet().stream()
                .filter(file -> file.getKey().startsWith(contract + "/"))
                .map(file -> file.getKey() + " " + file.getValue())
                .sorted()
                .toList();
    }
}
