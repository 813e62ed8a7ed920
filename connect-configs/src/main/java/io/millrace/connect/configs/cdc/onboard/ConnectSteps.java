package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.ConnectorStatus;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.source.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;

/** The steps in Kafka and Connect. */
final class ConnectSteps {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String DAY_MS = "86400000";

    private ConnectSteps() {}

    /** The topics of all tables, as no worker makes them. */
    record Topics(Capture capture) implements Step {
        @Override
        public String name() {
            return "topics";
        }

        @Override
        public String what() {
            return wanted().size() + " topics " + capture.names().prefix() + ".*";
        }

        @Override
        public boolean isDone() {
            return capture.kafka()
                    .names()
                    .containsAll(wanted().stream().map(NewTopic::name).toList());
        }

        @Override
        public void apply() {
            Set<String> existing = capture.kafka().names();
            List<NewTopic> missing = wanted().stream()
                    .filter(topic -> !existing.contains(topic.name()))
                    .toList();
            // Before they are made, so that whoever takes this back knows which are ours.
            Set<String> made = made();
            missing.forEach(topic -> made.add(topic.name()));
            capture.journal().write(name(), "begun", String.join(" ", made));
            capture.kafka().create(missing);
            capture.journal().write(name(), "done", null);
        }

        /**
         * Only what this capture made; what was there before stays. Where a lake reads them, the topics with changes stay as
         * well: a stream whose topic vanishes stops, and with it the mirrors of all other databases.
         */
        @Override
        public void undo() {
            Set<String> made = made();
            if (capture.host().lake().isPresent()) {
                made.removeAll(capture.spec().dataTopics());
            }
            capture.kafka().delete(made);
        }

        Set<String> made() {
            return capture.journal().exists()
                    ? capture.journal()
                            .data(name())
                            .map(text -> new HashSet<>(List.of(text.split(" "))))
                            .orElseGet(HashSet::new)
                    : new HashSet<>();
        }

        private List<NewTopic> wanted() {
            CaptureNames names = capture.names();
            short replication = capture.environment().topics().replication().orElse((short) -1);
            List<NewTopic> topics = new ArrayList<>();
            for (String table : capture.spec().tables()) {
                topics.add(forTable(capture, table, replication));
            }
            for (String small : List.of(
                    names.topic(names.marker()),
                    names.topic(names.signal()),
                    names.heartbeatTopic(),
                    names.notificationTopic())) {
                String keep = small.equals(names.notificationTopic()) ? "-1" : DAY_MS;
                topics.add(new NewTopic(
                                small, Optional.of(1), Optional.of(replication).filter(n -> n > 0))
                        .configs(Map.of("cleanup.policy", "delete", "retention.ms", keep)));
            }
            return topics;
        }

        static NewTopic forTable(Capture capture, String table, short replication) {
            boolean keyless = capture.spec().keyless().contains(table);
            return new NewTopic(
                            capture.names().topic(table),
                            Optional.of(keyless ? 1 : capture.spec().partitions()),
                            Optional.of(replication).filter(n -> n > 0))
                    .configs(
                            keyless
                                    ? Map.of("cleanup.policy", "delete", "retention.ms", "-1")
                                    : Map.of("cleanup.policy", "compact"));
        }
    }

    /** The connector, checked by its own plugin and created without running. */
    record Connector(Capture capture) implements Step {
        @Override
        public String name() {
            return "connector";
        }

        @Override
        public String what() {
            return "connector " + capture.names().connector() + ", checked by the worker, created STOPPED";
        }

        @Override
        public boolean isDone() {
            return capture.connect().config(capture.names().connector()).isPresent();
        }

        @Override
        public void apply() {
            ConnectClient connect = capture.connect();
            String name = capture.names().connector();
            Map<String, List<String>> errors = connect.validate(name, capture.config());
            if (!errors.isEmpty()) {
                throw new OnboardException("the worker refuses the settings: "
                        + errors.entrySet().stream()
                                .map(one -> one.getKey() + ": " + String.join("; ", one.getValue()))
                                .collect(Collectors.joining(", ")));
            }
            connect.create(
                    name, Marks.put(capture.config(), capture.environment().owner()), DeclaredState.STOPPED);
            capture.await("connector " + name + " to be there", LIMIT, () -> connect.status(name)
                    .isPresent());
        }

        /** Stops it, forgets how far it was, removes it. */
        @Override
        public void undo() {
            ConnectClient connect = capture.connect();
            String name = capture.names().connector();
            if (connect.config(name).isEmpty()) {
                return;
            }
            if (Marks.owner(connect.config(name).get()).isEmpty()) {
                throw new OnboardException("connector " + name + " was not made by this tool; it is left alone");
            }
            stop(capture);
            // Offsets outlive a connector: the next one of this name would go on in the middle of nowhere.
            connect.offsets().reset(name);
            connect.delete(name);
        }
    }

    /** The connector runs and has made its slot, with the snapshot that belongs to it. */
    record Start(Capture capture) implements Step {
        @Override
        public String name() {
            return "start";
        }

        @Override
        public String what() {
            return "start it; it makes slot " + capture.names().inDatabase()
                    + " and takes the snapshot of that very moment";
        }

        @Override
        public boolean isDone() {
            return status().filter(ConnectorStatus::isRunning).isPresent() && slot().isPresent();
        }

        @Override
        public void apply() {
            ConnectClient connect = capture.connect();
            String name = capture.names().connector();
            if (status().filter(ConnectorStatus::isFailed).isPresent()) {
                connect.restart(name, true);
            } else {
                connect.resume(name);
            }
            capture.await("connector " + name + " to run and make its slot", LIMIT, () -> {
                status().flatMap(ConnectorStatus::failure).ifPresent(reason -> {
                    throw new OnboardException(reason);
                });
                return isDone();
            });
        }

        /** Stops the connector and drops the slot, ending whoever reads it. */
        @Override
        public void undo() {
            stop(capture);
            long deadline = System.nanoTime() + LIMIT.toNanos();
            for (Optional<Database.Row> slot = slot(); slot.isPresent(); slot = slot()) {
                if (slot.get().flag("active")) {
                    capture.database().rows("SELECT pg_terminate_backend(?)", (int)
                            slot.get().number("active_pid"));
                } else {
                    capture.database()
                            .rows(
                                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                                            + " WHERE slot_name = ? AND NOT active",
                                    capture.names().inDatabase());
                }
                if (System.nanoTime() > deadline) {
                    throw new OnboardException("slot " + capture.names().inDatabase() + " is still read by process "
                            + slot.get().number("active_pid"));
                }
            }
        }

        private Optional<ConnectorStatus> status() {
            return capture.connect().status(capture.names().connector());
        }

        private Optional<Database.Row> slot() {
            return capture.database()
                    .first(
                            "SELECT active, active_pid FROM pg_replication_slots WHERE slot_name = ?",
                            capture.names().inDatabase());
        }
    }

    private static void stop(Capture capture) {
        ConnectClient connect = capture.connect();
        String name = capture.names().connector();
        if (connect.config(name).isPresent()) {
            try {
                connect.stop(name);
                connect.awaitState(name, "STOPPED", LIMIT);
            } catch (ConnectRestException e) {
                throw new OnboardException("connector " + name + " does not stop: " + e.getMessage(), e);
            }
        }
    }
}
