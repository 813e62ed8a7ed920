package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.DeclaredConnector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Compares what is declared with what is live. A pure function: the same input gives the same plan. */
public final class Planner {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[a-zA-Z][a-zA-Z0-9_-]*:[^}]+}");

    private Planner() {}

    /** The changes that turn what is live into what is declared, in the order in which they have to be done. */
    public static Plan plan(Declared declared, Live live, PlanOptions options) {
        TopicPlanner topics = new TopicPlanner(live);
        declared.topics().forEach(topics::plan);
        SubjectPlanner subjects = new SubjectPlanner(live);
        declared.subjects().forEach(subjects::plan);
        ConnectorPlanner connectors = new ConnectorPlanner(declared, live, options);
        connectors.plan();

        List<Change> changes = new ArrayList<>(topics.changes());
        changes.addAll(subjects.changes());
        declared.contracts()
                .flatMap(files -> ContractsPlanner.plan(files, live.contracts(), options.prune()))
                .ifPresent(changes::add);
        changes.addAll(connectors.changes());

        List<Finding> findings = new ArrayList<>(topics.findings());
        findings.addAll(subjects.findings());
        findings.addAll(connectors.findings());
        findings.sort(Comparator.comparing(Finding::kind));
        return new Plan(
                changes,
                findings,
                new Plan.Unchanged(topics.unchanged(), subjects.unchanged(), connectors.unchanged()),
                new Plan.Checked(
                        declared.connectors().size(),
                        connectors.valid(),
                        references(declared.connectors()),
                        declared.subjects().size(),
                        subjects.compatible()));
    }

    private static int references(List<DeclaredConnector> connectors) {
        return (int) connectors.stream()
                .flatMap(connector -> connector.config().entrySet().stream()
                        .map(setting -> connector.origin().shown().getOrDefault(setting.getKey(), setting.getValue())))
                .flatMap(value -> REFERENCE.matcher(value).results())
                .count();
    }
}
