package io.millrace.schemas.tool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * Whether a schema keeps what its released versions promised. Avro decides who can read what; the sentences are ours. In
 * four points this is stricter than Avro and than a registry, in every mode but {@code NONE}: a field without a default
 * stays, a default stays, names stay, and so do logical types.
 */
final class Compatibility {
    private final CompatibilityMode mode;

    private Compatibility(CompatibilityMode mode) {
        this.mode = mode;
    }

    /** The promises towards any released version that the current schema breaks, one per field and rule. */
    static List<Break> check(String contract, String mode, Schema current, SortedMap<Integer, Schema> released) {
        CompatibilityMode promises = CompatibilityMode.of(mode);
        if (promises.promisesNothing()) {
            return List.of();
        }
        Map<List<String>, SortedMap<Integer, Finding>> findings = new LinkedHashMap<>();
        released.forEach((version, schema) -> new Compatibility(promises)
                .findings(schema, current)
                .forEach(finding -> findings.computeIfAbsent(
                                List.of(finding.path(), finding.rule()), key -> new TreeMap<>())
                        .put(version, finding)));
        return findings.values().stream()
                .map(byVersion -> breakOf(contract, byVersion))
                .toList();
    }

    private static Break breakOf(String contract, SortedMap<Integer, Finding> byVersion) {
        Finding newest = byVersion.get(byVersion.lastKey());
        List<Integer> versions = List.copyOf(byVersion.keySet());
        return new Break(
                contract,
                newest.path(),
                newest.rule(),
                versions,
                newest.problem().replace(Finding.VERSIONS, versions(versions)),
                newest.remedy());
    }

    private static String versions(List<Integer> versions) {
        if (versions.size() == 1) {
            return "version " + versions.get(0);
        }
        int last = versions.get(versions.size() - 1);
        return versions.subList(0, versions.size() - 1).stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "versions ", " and " + last));
    }

    private List<Finding> findings(Schema released, Schema current) {
        List<Finding> findings = new ArrayList<>();
        for (Change change : SchemaDiff.between(released, current)) {
            finding(change).ifPresent(findings::add);
        }
        if (findings.isEmpty() && !mode.holds(released, current)) {
            findings.add(Findings.unexplained(avroSays(released, current)));
        }
        return findings;
    }

    private Optional<Finding> finding(Change change) {
        if (change instanceof Change.FieldRemoved removed) {
            return when(!removed.before().hasDefaultValue(), Findings.of(removed));
        }
        if (change instanceof Change.FieldRenamed renamed) {
            return when(!renamed.before().hasDefaultValue(), Findings.of(renamed));
        }
        if (change instanceof Change.ReadByAlias alias) {
            boolean same = SchemaDiff.between(
                            alias.before().schema(), alias.after().schema())
                    .isEmpty();
            return when(mode.newReadsOld() && !same, Findings.of(alias));
        }
        if (change instanceof Change.AliasAmbiguous alias) {
            return when(alias.readerIsLater() ? mode.newReadsOld() : mode.oldReadsNew(), Findings.of(alias));
        }
        if (change instanceof Change.FieldAdded added) {
            return when(mode.newReadsOld() && !added.after().hasDefaultValue(), Findings.of(added));
        }
        if (change instanceof Change.DefaultRemoved removed) {
            return Optional.of(Findings.of(removed));
        }
        if (change instanceof Change.TypeChanged type) {
            return when(!mode.holds(type.before(), type.after()), Findings.of(type, newCannotRead(type)));
        }
        if (change instanceof Change.BranchAdded added) {
            boolean known = CompatibilityMode.reads(added.before(), added.branch());
            return when(mode.oldReadsNew() && !known, Findings.of(added));
        }
        if (change instanceof Change.BranchRemoved removed) {
            boolean known = CompatibilityMode.reads(removed.after(), removed.branch());
            return when(mode.newReadsOld() && !known, Findings.of(removed));
        }
        if (change instanceof Change.SymbolAdded added) {
            return when(mode.oldReadsNew() && added.before().getEnumDefault() == null, Findings.of(added));
        }
        if (change instanceof Change.SymbolRemoved removed) {
            return when(mode.newReadsOld() && removed.after().getEnumDefault() == null, Findings.of(removed));
        }
        if (change instanceof Change.NameChanged name) {
            return Optional.of(Findings.of(name));
        }
        if (change instanceof Change.LogicalTypeChanged logical) {
            return Optional.of(Findings.of(logical));
        }
        if (change instanceof Change.SizeChanged size) {
            return Optional.of(Findings.of(size));
        }
        return Optional.empty();
    }

    private boolean newCannotRead(Change.TypeChanged type) {
        return mode.newReadsOld() && !CompatibilityMode.reads(type.after(), type.before());
    }

    private static Optional<Finding> when(boolean broken, Finding finding) {
        return broken ? Optional.of(finding) : Optional.empty();
    }

    private String avroSays(Schema released, Schema current) {
        boolean backward = mode.newReadsOld() && !CompatibilityMode.reads(current, released);
        try {
            return SchemaCompatibility.checkReaderWriterCompatibility(
                            backward ? current : released, backward ? released : current)
                    .getResult()
                    .getIncompatibilities()
                    .stream()
                    .map(one -> one.getMessage() + " at " + one.getLocation())
                    .collect(Collectors.joining(", "));
        } catch (RuntimeException e) {
            return e.getMessage();
        }
    }
}
