package io.millrace.connect.configs.apply;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.plan.Change;
import io.millrace.connect.configs.plan.Declared;
import io.millrace.connect.configs.plan.Live;
import io.millrace.connect.configs.plan.PlanText;
import io.millrace.connect.configs.plan.Redaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Carries out the changes of a group of connectors that do not depend on each other: all are sent, then watched together,
 * and each that does not work is put back as it was.
 */
final class ConnectorStage {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final ConnectClient worker;
    private final TaskStarts starts;
    private final Declared declared;
    private final Live live;
    private final ApplyOptions options;
    private final ApplyListener listener;
    private final BooleanSupplier interrupted;
    private final List<String> done = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final List<String> unverified = new ArrayList<>();

    ConnectorStage(
            ConnectClient worker,
            TaskStarts starts,
            Declared declared,
            Live live,
            ApplyOptions options,
            ApplyListener listener,
            BooleanSupplier interrupted) {
        this.worker = worker;
        this.starts = starts;
        this.declared = declared;
        this.live = live;
        this.options = options;
        this.listener = listener;
        this.interrupted = interrupted;
    }

    /** Carries changes out; returns how many were not begun because one before failed or somebody interrupted. */
    int run(List<Change> changes) {
        List<Watch.Sent> sent = new ArrayList<>();
        int begun = 0;
        for (Change change : changes) {
            if (interrupted.getAsBoolean() || !failed.isEmpty()) {
                break;
            }
            begun++;
            long start = System.nanoTime();
            listener.working("sending " + change.name());
            try {
                DeclaredState target = send(change);
                sent.add(new Watch.Sent(change, target, start, before(change.name())));
            } catch (ConnectRestException e) {
                refused(change, e);
            }
        }
        Watch watch = new Watch(worker, starts, options, listener, interrupted);
        watch.until(sent, this::verified, this::broken);
        watch.unfinished().forEach(one -> unverified.add(one.change().name()));
        return changes.size() - begun;
    }

    /** Sends one change; returns the state that the connector has to reach. */
    private DeclaredState send(Change change) {
        if (change instanceof Change.CreateConnector create) {
            return create(create);
        } else if (change instanceof Change.ChangeConnector connector) {
            worker.put(change.name(), marked(change.name()));
            connector.state().ifPresent(state -> setState(change.name(), state.after()));
            return connector
                    .state()
                    .map(Change.ChangeState::after)
                    .orElse(before(change.name()) == null ? DeclaredState.RUNNING : stateOf(before(change.name())));
        } else if (change instanceof Change.ChangeState state) {
            setState(change.name(), state.after());
            return state.after();
        }
        throw new IllegalArgumentException("not a change of a connector: " + change);
    }

    private DeclaredState create(Change.CreateConnector create) {
        boolean reset = options.resetOffsets() && create.offsets().isPresent();
        worker.create(create.name(), marked(create.name()), reset ? DeclaredState.STOPPED : create.state());
        if (reset) {
            worker.awaitState(create.name(), DeclaredState.STOPPED.name(), STOP_LIMIT);
            worker.offsets().reset(create.name());
            setState(create.name(), create.state());
        }
        return create.state();
    }

    private void setState(String name, DeclaredState state) {
        switch (state) {
            case RUNNING -> worker.resume(name);
            case PAUSED -> worker.pause(name);
            case STOPPED -> worker.stop(name);
        }
    }

    private void verified(Watch.Sent sent) {
        done.add(sent.change().name());
        listener.done(PlanText.symbol(sent.change()), sent.change().name(), outcome(sent), sent.took());
    }

    private static String outcome(Watch.Sent sent) {
        String verb = sent.change() instanceof Change.CreateConnector ? "created" : "changed";
        return sent.change() instanceof Change.ChangeState ? "is " + sent.target() : verb + ", " + sent.target();
    }

    private void refused(Change change, ConnectRestException failure) {
        List<String> details = new ArrayList<>();
        details.add(redaction(change.name()).apply(failure.getMessage()));
        if (change instanceof Change.CreateConnector
                && worker.config(change.name()).isEmpty()) {
            details.add("nothing was created");
        } else {
            details.addAll(putBack(change, ""));
        }
        fail(change, details);
    }

    private void broken(Watch.Sent sent, String reason, String trace) {
        Redaction redaction = redaction(sent.change().name());
        List<String> details = new ArrayList<>();
        details.add(redaction.apply(reason));
        TraceSummary.of(trace).forEach(line -> details.add(redaction.apply(line)));
        details.addAll(putBack(sent.change(), trace));
        fail(sent.change(), details);
    }

    private void fail(Change change, List<String> details) {
        failed.add(change.name());
        listener.failed(
                change.name(), "failed", details.stream().flatMap(String::lines).toList());
    }

    /**
     * Undoes a change; the lines say what was done and whether it works again.
     *
     * @param trace the failure of the change, which a worker may go on telling for a moment
     */
    private List<String> putBack(Change change, String trace) {
        String name = change.name();
        listener.working("putting back " + name);
        try {
            if (change instanceof Change.CreateConnector) {
                worker.delete(name);
                return List.of("the connector was removed again; its offsets stay");
            }
            LiveConnector before = before(name);
            if (change instanceof Change.ChangeConnector) {
                worker.put(name, before.config());
            }
            DeclaredState state = stateOf(before);
            if (!(change instanceof Change.ChangeConnector connector)
                    || connector.state().isPresent()) {
                setState(name, state);
            }
            String what = change instanceof Change.ChangeConnector
                    ? "the previous settings were put back"
                    : "the previous state was put back";
            if (state != DeclaredState.RUNNING || before.status().isFailed()) {
                return List.of(what);
            }
            Optional<String> trouble = Watch.again(worker, name, trace, options.startLimit());
            return List.of(trouble.map(reason ->
                            what + ", but it does not run: " + redaction(name).apply(reason))
                    .orElse(what + " and it runs again"));
        } catch (ConnectRestException e) {
            return List.of("putting it back failed: " + redaction(name).apply(e.getMessage()));
        }
    }

    private Map<String, String> marked(String name) {
        return Marks.put(connector(name).config(), declared.owner());
    }

    private DeclaredConnector connector(String name) {
        return declared.connectors().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private LiveConnector before(String name) {
        return live.connectors().get(name);
    }

    private static DeclaredState stateOf(LiveConnector connector) {
        return switch (connector.status().state()) {
            case "PAUSED" -> DeclaredState.PAUSED;
            case "STOPPED" -> DeclaredState.STOPPED;
            default -> DeclaredState.RUNNING;
        };
    }

    private Redaction redaction(String name) {
        Redaction redaction = Redaction.of(connector(name), live.validations().get(name));
        LiveConnector before = before(name);
        return before == null
                ? redaction
                : redaction.and(Redaction.of(before.config(), live.validations().get(name)));
    }

    List<String> done() {
        return done;
    }

    List<String> failed() {
        return failed;
    }

    List<String> unverified() {
        return unverified;
    }
}
