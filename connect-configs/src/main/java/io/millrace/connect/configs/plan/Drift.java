package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Marks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What differs from the last apply, and who changed it. A pure function, made of the same input as a plan.
 *
 * @param items what differs
 * @param compared how many declared things were compared
 */
public record Drift(List<Item> items, int compared) {
    /** Who made a difference. */
    public enum Cause {
        /** Somebody changed what is live, past the files. */
        BY_HAND,
        /** The files changed since the last apply; that is not drift, plan shows it. */
        IN_THE_FILES,
        /** Both. */
        BOTH
    }

    /**
     * One thing that differs.
     *
     * @param name topic, subject or connector
     * @param cause who changed it
     * @param text what is the case
     * @param keys the settings that differ, secrets hidden
     */
    public record Item(String name, Cause cause, String text, List<KeyChange> keys) {
        /** Whether what is live is not what was applied. */
        public boolean isDrift() {
            return cause != Cause.IN_THE_FILES;
        }
    }

    public Drift {
        items = List.copyOf(items);
    }

    /** Whether anything was changed past the files. */
    public boolean exists() {
        return items.stream().anyMatch(Item::isDrift);
    }

    /** Compares what is declared, what was applied and what is live. */
    public static Drift of(Declared declared, Live live) {
        List<Item> items = new ArrayList<>();
        Plan plan = Planner.plan(declared, live, new PlanOptions(false, false));
        plan.changes().stream().flatMap(change -> server(change).stream()).forEach(items::add);
        // A topic or schema that cannot become what is declared differs as well.
        plan.findings().stream()
                .filter(finding -> finding.kind() == Finding.Kind.PROBLEM)
                .filter(finding -> declared.connectors().stream()
                        .noneMatch(connector -> connector.name().equals(finding.name())))
                .forEach(finding -> items.add(new Item(finding.name(), Cause.BY_HAND, finding.text(), List.of())));
        declared.connectors().forEach(connector -> connector(connector, declared.owner(), live)
                .ifPresent(items::add));
        return new Drift(
                items,
                declared.topics().size()
                        + declared.subjects().size()
                        + declared.connectors().size());
    }

    /** Topics and subjects carry no mark, so nobody can tell whether they or the files changed: it counts as drift. */
    private static Optional<Item> server(Change change) {
        if (change instanceof Change.CreateTopic) {
            return Optional.of(new Item(change.name(), Cause.BY_HAND, "the topic does not exist", List.of()));
        } else if (change instanceof Change.AddPartitions topic) {
            return Optional.of(new Item(
                    change.name(),
                    Cause.BY_HAND,
                    "has " + topic.before() + " partitions, declared are " + topic.after(),
                    List.of()));
        } else if (change instanceof Change.ConfigureTopic topic) {
            return Optional.of(new Item(change.name(), Cause.BY_HAND, "settings differ", topic.settings()));
        } else if (change instanceof Change.SetCompatibility subject) {
            return Optional.of(new Item(
                    change.name(),
                    Cause.BY_HAND,
                    "compatibility is " + subject.before() + ", declared is " + subject.after(),
                    List.of()));
        } else if (change instanceof Change.RegisterSchema schema) {
            // A registry forgets no version: a schema that it has not seen is new in the files.
            return Optional.of(
                    schema.newest() == 0
                            ? new Item(change.name(), Cause.BY_HAND, "the subject does not exist", List.of())
                            : new Item(
                                    change.name(), Cause.IN_THE_FILES, "the schema is not registered yet", List.of()));
        } else if (change instanceof Change.PublishContracts) {
            return Optional.of(new Item(
                    "contracts", Cause.IN_THE_FILES, "not published yet: " + PlanText.describe(change), List.of()));
        }
        return Optional.empty();
    }

    private static Optional<Item> connector(DeclaredConnector connector, String owner, Live live) {
        LiveConnector there = live.connectors().get(connector.name());
        if (there == null) {
            return Optional.of(new Item(connector.name(), Cause.BY_HAND, "the connector does not exist", List.of()));
        }
        List<KeyChange> keys = ConfigComparison.of(
                        connector,
                        there.config(),
                        Optional.ofNullable(live.validations().get(connector.name())))
                .differing();
        if (!Marks.owner(there.config()).equals(Optional.of(owner))) {
            return Optional.of(new Item(
                    connector.name(),
                    Cause.BY_HAND,
                    Marks.owner(there.config())
                            .map(other -> "the mark names another owner, " + other)
                            .orElse("the mark is gone: it was made or replaced by hand"),
                    keys));
        }
        if (!keys.isEmpty()) {
            Cause cause = cause(connector, there);
            String text =
                    switch (cause) {
                        case BY_HAND -> "changed by hand";
                        case IN_THE_FILES -> "changed in the files since the last apply";
                        case BOTH -> "changed by hand, and in the files since the last apply";
                    };
            return Optional.of(new Item(connector.name(), cause, text, keys));
        }
        String state = ConnectorPlanner.targetState(there.status());
        return connector
                .state()
                .filter(wanted -> !wanted.name().equals(state))
                .map(wanted -> new Item(
                        connector.name(), Cause.BY_HAND, "is " + state + ", declared is " + wanted, List.of()));
    }

    private static Cause cause(DeclaredConnector connector, LiveConnector there) {
        String applied = there.config().get(Marks.APPLIED);
        boolean byHand = Marks.changedByHand(there.config());
        boolean inTheFiles = !Marks.hash(Marks.plain(connector.config())).equals(applied);
        return byHand ? (inTheFiles ? Cause.BOTH : Cause.BY_HAND) : Cause.IN_THE_FILES;
    }
}
