package io.millrace.connect.configs.cdc.status;

import java.util.List;

/**
 * Whose turn it is after an error.
 *
 * @param who {@code yours}, {@code ours} or {@code wait}
 * @param next what to do
 */
public record Blame(String who, String next) {
    private record Rule(String pattern, Blame blame) {}

    private static final List<Rule> RULES = List.of(
            rule(
                    "slot.*(lost|does not exist|invalidat|obsolete)|requested WAL segment|can no longer",
                    "yours",
                    "the place in the log is gone: ./millrace cdc resnapshot NAME --from-the-start"),
            rule(
                    "password authentication|no pg_hba|permission denied|must be .*(owner|superuser|replication)",
                    "yours",
                    "let the connector's role in: ./millrace cdc preflight NAME shows what is missing"),
            rule(
                    "slot .* is active|already active",
                    "wait",
                    "another session reads the slot; a killed worker's session ends after wal_sender_timeout"),
            rule(
                    "incompatib|RuleViolation|reader union|ConflictException|409",
                    "yours",
                    "the table's new shape is refused by the registry: see SCHEMA CHANGES of ./millrace cdc status"),
            rule(
                    "Connection refused|terminating connection|the database system is (starting|shutting)|timed? ?out|I/O error|EOF",
                    "wait",
                    "the database cannot be reached; the connector tries again, or: ./millrace connectors restart"),
            rule(
                    "UnknownTopicOrPartition|not present in metadata",
                    "yours",
                    "a topic was removed: ./millrace cdc onboard NAME makes it again"));

    private static Rule rule(String pattern, String who, String next) {
        return new Rule("(?is).*(" + pattern + ").*", new Blame(who, next));
    }

    /** Classifies what a connector failed with. */
    public static Blame of(String error) {
        return RULES.stream()
                .filter(rule -> error.matches(rule.pattern()))
                .findFirst()
                .map(Rule::blame)
                .orElse(new Blame("ours", "please report it with the worker's log"));
    }
}
