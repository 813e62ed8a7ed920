package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.ConnectorStatus;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.NearestName;
import io.millrace.connect.configs.Validation;
import io.millrace.connect.configs.WorkerPlugin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plans connectors: sources before sinks, removals last. */
final class ConnectorPlanner {
    private final Declared declared;
    private final Live live;
    private final PlanOptions options;
    private final List<Change> sources = new ArrayList<>();
    private final List<Change> sinks = new ArrayList<>();
    private final List<Change> removals = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private int unchanged;
    private int valid;

    ConnectorPlanner(Declared declared, Live live, PlanOptions options) {
        this.declared = declared;
        this.live = live;
        this.options = options;
    }

    void plan() {
        Set<String> names = new HashSet<>();
        for (DeclaredConnector connector : declared.connectors()) {
            names.add(connector.name());
            check(connector);
            LiveConnector there = live.connectors().get(connector.name());
            if (there == null) {
                create(connector);
            } else {
                compare(connector, there);
            }
        }
        live.connectors().values().stream()
                .filter(connector -> !names.contains(connector.name()))
                .sorted(Comparator.comparing(LiveConnector::name))
                .forEach(this::undeclared);
    }

    private void check(DeclaredConnector connector) {
        Validation validation = live.validations().get(connector.name());
        if (validation == null) {
            List<String> simpleNames = live.plugins().stream()
                    .map(WorkerPlugin::className)
                    .map(name -> name.substring(name.lastIndexOf('.') + 1))
                    .toList();
            String wanted = connector.connectorClass();
            findings.add(Finding.problem(
                    connector.name(),
                    connector.origin().at("connector.class"),
                    "needs the plugin " + wanted + ", which the workers do not have; they have "
                            + String.join(", ", simpleNames)
                            + NearestName.hint(wanted.substring(wanted.lastIndexOf('.') + 1), simpleNames)
                            + ". Put it on the workers' plugin.path and restart them"));
        } else if (validation.isValid()) {
            valid++;
        } else {
            Redaction redaction = Redaction.of(connector, validation)
                    .and(Optional.ofNullable(live.connectors().get(connector.name()))
                            .map(there -> Redaction.of(there.config(), validation)));
            validation.errors().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(error -> error.getValue()
                            .forEach(message -> findings.add(Finding.problem(
                                    connector.name(),
                                    connector.origin().at(error.getKey()),
                                    error.getKey() + ": " + redaction.apply(error.getKey(), message)
                                            + hint(error.getKey())))));
        }
    }

    private static String hint(String key) {
        return key.equals(Marks.OWNER) || key.equals(Marks.APPLIED)
                ? " (this is the mark that apply sets: a plugin that refuses unknown keys has to let it pass)"
                : "";
    }

    private void create(DeclaredConnector connector) {
        boolean source = isSource(connector.connectorClass());
        (source ? sources : sinks)
                .add(new Change.CreateConnector(
                        connector.name(),
                        connector.connectorClass(),
                        source,
                        connector.state().orElse(DeclaredState.RUNNING),
                        connector.config().size(),
                        Optional.ofNullable(live.offsets().get(connector.name()))));
    }

    private void compare(DeclaredConnector connector, LiveConnector there) {
        Optional<String> owner = Marks.owner(there.config());
        boolean ours = owner.equals(Optional.of(declared.owner()));
        if (!ours && !options.adopt()) {
            findings.add(foreign(
                    there,
                    "is declared in " + connector.origin().file()
                            + " but this connector was made by somebody else; --adopt takes it over"));
            return;
        }
        ConfigComparison comparison = ConfigComparison.of(
                connector,
                there.config(),
                Optional.ofNullable(live.validations().get(connector.name())));
        comparison
                .untold()
                .forEach(key -> findings.add(Finding.note(
                        connector.name(),
                        key + ": the worker masks its value, so nobody can tell whether it differs")));
        boolean source = isSource(connector.connectorClass());
        Optional<Change.ChangeState> state = state(connector, there, source);
        if (!comparison.isSame() || !ours) {
            (source ? sources : sinks)
                    .add(new Change.ChangeConnector(
                            connector.name(),
                            source,
                            comparison.differing(),
                            there.status().tasks().size(),
                            !ours,
                            state));
        } else if (state.isPresent()) {
            (source ? sources : sinks).add(state.get());
        } else {
            unchanged++;
            notes(connector, there);
        }
    }

    private static Optional<Change.ChangeState> state(
            DeclaredConnector connector, LiveConnector there, boolean source) {
        String before = targetState(there.status());
        return connector
                .state()
                .filter(wanted -> !wanted.name().equals(before))
                .map(wanted -> new Change.ChangeState(connector.name(), source, before, wanted));
    }

    /** Failed, restarting and unassigned ones are all meant to run. */
    static String targetState(ConnectorStatus status) {
        return switch (status.state()) {
            case "PAUSED", "STOPPED" -> status.state();
            default -> DeclaredState.RUNNING.name();
        };
    }

    private void notes(DeclaredConnector connector, LiveConnector there) {
        if (there.status().isFailed()) {
            Redaction redaction =
                    Redaction.of(there.config(), live.validations().get(connector.name()));
            findings.add(Finding.note(
                    connector.name(),
                    "is as declared but has failed: "
                            + redaction.apply(there.status().failure().orElse("no reason was given"))));
        } else if (connector.state().isEmpty() && !targetState(there.status()).equals(DeclaredState.RUNNING.name())) {
            findings.add(Finding.note(
                    connector.name(),
                    "is " + there.status().state() + "; the file declares no initial_state, so it is left as it is"));
        }
    }

    private void undeclared(LiveConnector connector) {
        if (!Marks.owner(connector.config()).equals(Optional.of(declared.owner()))) {
            findings.add(foreign(connector, "made by somebody else; never changed or removed"));
        } else if (options.prune()) {
            removals.add(new Change.DeleteConnector(
                    connector.name(), connector.status().tasks().size()));
        } else {
            findings.add(new Finding(
                    Finding.Kind.LEFT, connector.name(), "", "not in the files; it is left, --prune removes it"));
        }
    }

    private static Finding foreign(LiveConnector connector, String text) {
        String owner = Marks.owner(connector.config())
                .map(name -> " (marked by " + name + ")")
                .orElse("");
        return new Finding(Finding.Kind.FOREIGN, connector.name(), "", text + owner);
    }

    private boolean isSource(String connectorClass) {
        return live.plugins().stream()
                .filter(plugin -> plugin.isNamed(connectorClass))
                .anyMatch(plugin -> plugin.type().equals("source"));
    }

    List<Change> changes() {
        List<Change> changes = new ArrayList<>(sources);
        changes.addAll(sinks);
        changes.addAll(removals);
        return changes;
    }

    List<Finding> findings() {
        return findings;
    }

    int unchanged() {
        return unchanged;
    }

    int valid() {
        return valid;
    }
}
