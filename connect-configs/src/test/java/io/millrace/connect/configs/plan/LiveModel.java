package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.ConnectorStatus;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.Validation;
import io.millrace.connect.configs.WorkerPlugin;
import io.millrace.schemas.TopicSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A small model of the servers: what they hold, and what each change does to it. */
final class LiveModel {
    static final String OWNER = "millrace";
    static final String SOURCE = "org.example.NumbersSourceConnector";
    static final String SINK = "org.example.NumbersSinkConnector";
    static final Validation VALID = new Validation(
            Map.of(
                    "connector.class", new Validation.Definition("STRING", Optional.empty()),
                    "tasks.max", new Validation.Definition("INT", Optional.of("1")),
                    "topics", new Validation.Definition("LIST", Optional.of("")),
                    "fast", new Validation.Definition("BOOLEAN", Optional.of("false")),
                    "pin", new Validation.Definition("PASSWORD", Optional.empty())),
            Map.of());

    final Map<String, LiveTopic> topics = new TreeMap<>();
    final Map<String, LiveSubject> subjects = new TreeMap<>();
    final Map<String, LiveConnector> connectors = new TreeMap<>();
    final Map<String, Validation> validations = new HashMap<>();
    final Map<String, OldOffsets> offsets = new HashMap<>();
    ContractFiles contracts = new ContractFiles("published", Map.of());

    /** What the servers hold, as a reader would see it. */
    Live live(Declared declared) {
        declared.connectors().forEach(connector -> validations.putIfAbsent(connector.name(), VALID));
        Map<String, LiveSubject> seen = new TreeMap<>();
        declared.subjects().stream()
                .filter(subject -> subjects.containsKey(subject.name()))
                .forEach(subject -> seen.put(subject.name(), subjects.get(subject.name())));
        return new Live(
                3,
                Map.copyOf(topics),
                Optional.of("NONE"),
                seen,
                List.of(new WorkerPlugin(SOURCE, "source", "1"), new WorkerPlugin(SINK, "sink", "1")),
                new TreeMap<>(connectors),
                Map.copyOf(validations),
                Map.copyOf(offsets),
                declared.contracts().map(files -> contracts));
    }

    /** Does what a plan says, as the servers would. */
    void apply(Plan plan, Declared declared) {
        plan.changes().forEach(change -> apply(change, declared));
    }

    private void apply(Change change, Declared declared) {
        if (change instanceof Change.CreateTopic topic) {
            topics.put(
                    topic.name(),
                    new LiveTopic(
                            topic.partitions(),
                            topic.replication(),
                            topic.settings(),
                            topic.settings().keySet()));
        } else if (change instanceof Change.AddPartitions topic) {
            LiveTopic old = topics.get(topic.name());
            topics.put(topic.name(), new LiveTopic(topic.after(), old.replication(), old.settings(), old.own()));
        } else if (change instanceof Change.ConfigureTopic topic) {
            LiveTopic old = topics.get(topic.name());
            Map<String, String> settings = new HashMap<>(old.settings());
            topic.settings().forEach(key -> {
                settings.remove(key.key());
                key.after().ifPresent(value -> settings.put(key.key(), value));
            });
            topics.put(topic.name(), new LiveTopic(old.partitions(), old.replication(), settings, settings.keySet()));
        } else if (change instanceof Change.SetCompatibility subject) {
            LiveSubject old = subjects.get(subject.name());
            subjects.put(
                    subject.name(),
                    new LiveSubject(old.newest(), old.schema(), old.same(), subject.after(), old.accepted()));
        } else if (change instanceof Change.RegisterSchema schema) {
            DeclaredSubject subject = declared.subjects().stream()
                    .filter(one -> one.name().equals(schema.name()))
                    .findFirst()
                    .orElseThrow();
            int version = schema.newest() + 1;
            subjects.put(
                    schema.name(),
                    new LiveSubject(
                            version,
                            Optional.of(subject.schema()),
                            Optional.of(version),
                            subject.compatibility(),
                            true));
        } else if (change instanceof Change.PublishContracts) {
            contracts = new ContractFiles(
                    "published", declared.contracts().orElseThrow().hashes());
        } else if (change instanceof Change.CreateConnector connector) {
            put(declared, connector.name(), connector.state());
        } else if (change instanceof Change.ChangeConnector connector) {
            put(
                    declared,
                    connector.name(),
                    connector.state().map(Change.ChangeState::after).orElse(state(connector.name())));
        } else if (change instanceof Change.ChangeState state) {
            LiveConnector old = connectors.get(state.name());
            connectors.put(
                    state.name(),
                    connector(state.name(), old.config(), state.after().name()));
        } else if (change instanceof Change.DeleteConnector connector) {
            connectors.remove(connector.name());
        }
    }

    private DeclaredState state(String name) {
        return DeclaredState.valueOf(
                ConnectorPlanner.targetState(connectors.get(name).status()));
    }

    private void put(Declared declared, String name, DeclaredState state) {
        DeclaredConnector connector = declared.connectors().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        connectors.put(name, connector(name, Marks.put(connector.config(), declared.owner()), state.name()));
    }

    static LiveConnector connector(String name, Map<String, String> config, String state) {
        Map<String, String> named = new TreeMap<>(config);
        named.put("name", name);
        return new LiveConnector(
                name,
                "unknown",
                named,
                new ConnectorStatus(
                        name, state, Optional.empty(), List.of(new ConnectorStatus.Task(0, state, Optional.empty()))));
    }

    static TopicSpec topic(String name, int partitions, Optional<java.time.Duration> retention) {
        return new TopicSpec(name, partitions, (short) 1, TopicSpec.Cleanup.DELETE, retention, List.of("id"));
    }
}
