package io.millrace.connect.configs.plan;

import java.util.List;

/**
 * What has to be done, and what has to be known. Holds no secret.
 *
 * @param changes in the order in which they are done
 * @param findings problems first
 * @param unchanged what is already as declared
 * @param checked what was checked
 */
public record Plan(List<Change> changes, List<Finding> findings, Unchanged unchanged, Checked checked) {
    /** How many declared things are already as declared. */
    public record Unchanged(int topics, int subjects, int connectors) {
        int all() {
            return topics + subjects + connectors;
        }
    }

    /**
     * What was checked.
     *
     * @param connectors how many connectors are declared
     * @param valid how many of them the workers call valid
     * @param references how many references to secrets and variables their files hold
     * @param subjects how many schemas are declared
     * @param compatible how many of them the registry has or would take
     */
    public record Checked(int connectors, int valid, int references, int subjects, int compatible) {}

    public Plan {
        changes = List.copyOf(changes);
        findings = List.copyOf(findings);
    }

    /** Whether something stands in the way, so that nothing may be applied. */
    public boolean isBlocked() {
        return findings.stream().anyMatch(finding -> finding.kind() == Finding.Kind.PROBLEM);
    }

    /** Whether everything is as declared. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** The changes of one type. */
    public <T extends Change> List<T> changes(Class<T> type) {
        return changes.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
