package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.source.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Brings a database in, and takes it out again. */
public final class Onboarding {
    private final Capture capture;

    public Onboarding(Capture capture) {
        this.capture = capture;
    }

    /** The steps in order. */
    private List<Step> steps() {
        List<Step> steps = new ArrayList<>(List.of(
                new DatabaseSteps.OwnSchema(capture),
                new DatabaseSteps.Role(capture),
                new IdentityStep(capture),
                new DatabaseSteps.Publication(capture),
                new ConnectSteps.Topics(capture),
                new ConnectSteps.Connector(capture),
                new ConnectSteps.Start(capture),
                new SnapshotStep(capture),
                new SchemaChangeStep(capture)));
        capture.file().ifPresent(file -> steps.add(new DeclareStep(capture, file)));
        return steps;
    }

    /** What would be done, one line per step; those that are done already say so. */
    public List<String> plan() {
        List<String> lines = new ArrayList<>();
        for (Step step : steps()) {
            boolean done = doneAlready(step);
            lines.add("%-12s %s%s".formatted(step.name(), step.what(), done ? " (done)" : ""));
            if (!done) {
                step.sql().forEach(statement -> lines.add("               " + statement + ";"));
            }
        }
        return lines;
    }

    private boolean doneAlready(Step step) {
        return capture.journal().exists() && step.isDone();
    }

    /**
     * Takes the steps that are not done, then proves that the rows are where they belong.
     *
     * @param keep whether what was done stays when a step fails; otherwise everything is taken back
     * @param lakeLimit how long the lake may take
     */
    public Proof.Result onboard(boolean keep, Duration lakeLimit) {
        new Engine(steps(), capture.listener()).forward(keep);
        capture.listener().beginning("proof");
        Proof.Result result = new Proof(capture, lakeLimit).run();
        capture.listener().done("proof", "marker row and counts", Duration.ofNanos(1));
        capture.journal().write("live", result.isComplete() ? "verified" : "streaming", null);
        return result;
    }

    /** What an offboarding left and proved. */
    public record Removed(List<String> remains, Set<String> topicsKept, String position) {
        public boolean isClean() {
            return remains.isEmpty();
        }
    }

    /** What becomes of the topics with the changes and of their subjects: what stays can be read. */
    public enum Topics {
        KEEP,
        DELETE,
        DELETE_WITH_SUBJECTS
    }

    /**
     * Takes everything back.
     *
     * @param discard whether changes that are not in Kafka yet may be lost
     */
    public Removed offboard(boolean discard, Topics topics) {
        if (!discard) {
            drain();
        }
        CaptureNames names = capture.names();
        Set<String> ours = new HashSet<>(new ConnectSteps.Topics(capture).made());
        ours.addAll(capture.spec().dataTopics());
        ours.addAll(List.of(names.heartbeatTopic(), names.notificationTopic()));
        List<Step> steps = new ArrayList<>(steps());
        steps.removeIf(step -> step instanceof ConnectSteps.Topics);
        String position = slotPosition().orElse("none");
        // Topics before the schema: the journal in it knows which of them are ours.
        Set<String> gone = topics == Topics.KEEP ? Set.of(names.heartbeatTopic(), names.notificationTopic()) : ours;
        steps.add(1, new TopicsGone(capture, gone, topics == Topics.DELETE_WITH_SUBJECTS ? ours : Set.of()));
        new Engine(steps, capture.listener()).backward();
        List<String> remains = Proof.remains(capture);
        Set<String> kept = new HashSet<>();
        capture.kafka().names().stream()
                .filter(topic -> topic.startsWith(names.prefix() + "."))
                .forEach(kept::add);
        return new Removed(remains, kept, position);
    }

    private void drain() {
        boolean begun =
                capture.journal().state("snapshot").filter("done"::equals).isPresent();
        boolean there = capture.connect().config(capture.names().connector()).isPresent();
        if (begun && there && slotPosition().isPresent()) {
            capture.listener().beginning("drain");
            try {
                new Proof(capture, Duration.ZERO).marker();
            } catch (OnboardException e) {
                throw new OnboardException("not everything that changed has reached Kafka (" + e.getMessage()
                        + "); mend the connector, or give it up with --discard");
            }
            capture.listener().done("drain", "every change is in Kafka", Duration.ofNanos(1));
        }
    }

    private Optional<String> slotPosition() {
        return capture.database()
                .first(
                        "SELECT restart_lsn::text AS lsn FROM pg_replication_slots WHERE slot_name = ?",
                        capture.names().inDatabase())
                .map(row -> row.text("lsn"));
    }

    /** Database that holds the journal of a capture. */
    public static Optional<io.millrace.connect.configs.cdc.CaptureSpec> find(Database database, CaptureNames names) {
        return new Journal(database, names).spec();
    }

    /** @param unnamed topics whose subjects go */
    private record TopicsGone(Capture capture, Set<String> topics, Set<String> unnamed) implements Step {
        @Override
        public String name() {
            return "topics";
        }

        @Override
        public String what() {
            return "remove topics";
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void apply() {
            throw new IllegalStateException("topics are only removed here");
        }

        @Override
        public void undo() {
            capture.kafka().delete(topics);
            capture.clusters()
                    .registry()
                    .ifPresent(registry -> unnamed.forEach(topic -> {
                        registry.delete(topic + "-key");
                        registry.delete(topic + "-value");
                    }));
        }
    }
}
