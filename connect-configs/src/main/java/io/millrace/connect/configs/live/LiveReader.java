package io.millrace.connect.configs.live;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.Validation;
import io.millrace.connect.configs.WorkerPlugin;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.plan.Declared;
import io.millrace.connect.configs.plan.Live;
import io.millrace.connect.configs.plan.LiveSubject;
import io.millrace.connect.configs.plan.LiveTopic;
import io.millrace.connect.configs.plan.OldOffsets;
import io.millrace.schemas.SchemaRegistry;
import io.millrace.schemas.TopicSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Reads everything that a plan depends on. The servers are asked at the same time, each with a bounded number of requests:
 * validations are what takes long, and a worker has better things to do as well.
 */
public final class LiveReader {
    private static final int REQUESTS = 4;

    private final Environment environment;
    private final Clusters clusters;

    public LiveReader(Environment environment, Clusters clusters) {
        this.environment = environment;
        this.clusters = clusters;
    }

    /** What exists now, as far as the declared things are concerned. */
    public Live read(Declared declared) {
        ConnectClient connect = clusters.connect();
        Optional<SchemaRegistry> registry = clusters.registry();
        try (Parallel servers = new Parallel(4);
                Parallel requests = new Parallel(REQUESTS)) {
            // An administration client takes a while to be made, and the workers have a lot to judge meanwhile.
            Future<TopicReader> reader = servers.start(() -> new TopicReader(
                    clusters.admin(), environment.kafka().bootstrap().toString()));
            Future<Integer> brokers = servers.start(() -> Parallel.get(reader).brokers());
            Future<Map<String, LiveTopic>> topics = servers.start(() -> Parallel.get(reader)
                    .read(declared.topics().stream().map(TopicSpec::name).collect(Collectors.toSet())));
            Future<Optional<String>> compatibility = servers.start(() -> registry.map(SchemaRegistry::compatibility));
            List<WorkerPlugin> plugins = connect.plugins();
            Map<String, LiveConnector> connectors = connect.describeAll();
            Map<String, Validation> validations = validate(declared, plugins, connect, requests);
            Map<String, LiveSubject> subjects = Parallel.get(compatibility)
                    .map(mode -> subjects(declared, new SubjectReader(registry.get(), mode), requests))
                    .orElse(Map.of());
            return new Live(
                    Parallel.get(brokers),
                    Parallel.get(topics),
                    Parallel.get(compatibility),
                    subjects,
                    plugins,
                    connectors,
                    validations,
                    offsets(declared, plugins, connectors.keySet(), Parallel.get(reader)),
                    environment.publishContracts().map(FolderReader::read));
        }
    }

    private static Map<String, Validation> validate(
            Declared declared, List<WorkerPlugin> plugins, ConnectClient connect, Parallel requests) {
        List<DeclaredConnector> known = declared.connectors().stream()
                .filter(connector -> plugin(connector, plugins).isPresent())
                .toList();
        List<Callable<Validation>> questions = known.stream()
                .map(connector -> (Callable<Validation>)
                        () -> connect.check(connector.name(), Marks.put(connector.config(), declared.owner())))
                .toList();
        List<Validation> answers = requests.all(questions);
        Map<String, Validation> validations = new HashMap<>();
        for (int i = 0; i < known.size(); i++) {
            validations.put(known.get(i).name(), answers.get(i));
        }
        return validations;
    }

    private static Map<String, LiveSubject> subjects(Declared declared, SubjectReader reader, Parallel requests) {
        List<Callable<Optional<LiveSubject>>> questions = declared.subjects().stream()
                .map(subject -> (Callable<Optional<LiveSubject>>) () -> reader.read(subject))
                .toList();
        List<Optional<LiveSubject>> answers = requests.all(questions);
        Map<String, LiveSubject> subjects = new TreeMap<>();
        for (int i = 0; i < answers.size(); i++) {
            String name = declared.subjects().get(i).name();
            answers.get(i).ifPresent(subject -> subjects.put(name, subject));
        }
        return subjects;
    }

    private Map<String, OldOffsets> offsets(
            Declared declared, List<WorkerPlugin> plugins, Set<String> existing, TopicReader topics) {
        Map<String, Set<String>> sourcesByTopic = new HashMap<>();
        Map<String, String> groups = new HashMap<>();
        for (DeclaredConnector connector : declared.connectors()) {
            Optional<WorkerPlugin> plugin = plugin(connector, plugins);
            if (existing.contains(connector.name()) || plugin.isEmpty()) {
                continue;
            }
            if (plugin.get().type().equals("source")) {
                String topic = connector.config().getOrDefault("offsets.storage.topic", environment.offsetsTopic());
                sourcesByTopic.computeIfAbsent(topic, unseen -> new HashSet<>()).add(connector.name());
            } else {
                groups.put(
                        connector.config().getOrDefault("consumer.override.group.id", "connect-" + connector.name()),
                        connector.name());
            }
        }
        Map<String, OldOffsets> offsets = new HashMap<>();
        topics.committed(groups.keySet())
                .forEach((group, partitions) -> offsets.put(
                        groups.get(group), new OldOffsets(partitions, "consumer group " + group, Optional.empty())));
        OffsetReader reader = new OffsetReader(clusters.consumerProperties());
        sourcesByTopic.forEach((topic, names) -> offsets.putAll(reader.read(names, topic)));
        return offsets;
    }

    private static Optional<WorkerPlugin> plugin(DeclaredConnector connector, List<WorkerPlugin> plugins) {
        return plugins.stream()
                .filter(plugin -> plugin.isNamed(connector.connectorClass()))
                .findFirst();
    }
}
