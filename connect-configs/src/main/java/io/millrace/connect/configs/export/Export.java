package io.millrace.connect.configs.export;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Validation;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.live.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicListing;

/**
 * The files that declare what runs.
 *
 * @param files contents by path, relative to the folder of the export
 * @param warnings what is not in the files, or has to be done before they are applied; a sentence each
 */
public record Export(Map<Path, String> files, List<String> warnings) {
    private static final Set<String> NOT_OURS = Set.of("_schemas", "connect-configs", "connect-config");

    /**
     * Reads a running cluster; changes nothing.
     *
     * @throws io.millrace.connect.configs.ConnectRestException when no worker can be reached
     * @throws io.millrace.connect.configs.ClusterException when no broker can be reached
     */
    public static Export of(Environment environment, Clusters clusters) {
        Exported exported = new Exported();
        ConnectClient connect = clusters.connect();
        Map<String, LiveConnector> connectors = connect.describeAll();
        ConnectorExport connectorExport = new ConnectorExport(exported);
        Map<String, Validation> plugins = new HashMap<>();
        connectors
                .values()
                .forEach(one -> connectorExport.add(
                        one,
                        plugins.computeIfAbsent(one.config().getOrDefault("connector.class", ""), connect::settings)));

        String bootstrap = environment.kafka().bootstrap().toString();
        Set<String> topics =
                TopicReader.get(
                                "list the topics",
                                bootstrap,
                                clusters.admin().listTopics().listings())
                        .stream()
                        .filter(topic -> !isInternal(topic, environment))
                        .map(TopicListing::name)
                        .collect(Collectors.toSet());
        ContractExport contracts = new ContractExport(
                exported, environment.owner(), clusters.registry(), writers(connectors.values(), connect));
        new TopicReader(clusters.admin(), bootstrap).read(topics).forEach(contracts::add);
        new EnvironmentExport(exported, environment).add();
        return new Export(exported.files(), exported.warnings());
    }

    /** Number of files in one of the folders {@code connectors}, {@code contracts} and {@code environments}. */
    public long count(String folder) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(folder) && !path.endsWith("value.avsc"))
                .count();
    }

    /**
     * Writes the files.
     *
     * @param overwrite whether the folder may hold files already; those with other names stay there
     * @throws DeclarationException when the folder is not empty and must not be written over
     */
    public void write(Path folder, boolean overwrite) throws IOException {
        if (!overwrite && !isEmpty(folder)) {
            throw new DeclarationException(
                    folder + " is not empty; name another folder, or write over what is there with --force");
        }
        for (Map.Entry<Path, String> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey().toString());
            Files.createDirectories(target.getParent());
            Files.writeString(target, file.getValue());
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return true;
        }
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static boolean isInternal(TopicListing topic, Environment environment) {
        String name = topic.name();
        return topic.isInternal()
                || name.equals(environment.offsetsTopic())
                || name.equals(environment.statusTopic())
                // The workers' third topic is not in the environment; its name goes with that of the second.
                || name.equals(environment.statusTopic().replace("status", "configs"))
                || name.equals(environment.statusTopic().replace("status", "config"))
                || NOT_OURS.contains(name);
    }

    private static Map<String, String> writers(Iterable<LiveConnector> connectors, ConnectClient connect) {
        Map<String, String> writers = new HashMap<>();
        for (LiveConnector connector : connectors) {
            if (connector.type().equals("source")) {
                try {
                    connect.topics(connector.name()).forEach(topic -> writers.put(topic, connector.name()));
                } catch (ConnectRestException e) {
                    // A worker may be told not to track topics: who writes them is then unknown.
                    continue;
                }
            }
            String deadLetters = connector.config().get("errors.deadletterqueue.topic.name");
            if (deadLetters != null) {
                writers.put(deadLetters, connector.name());
            }
        }
        return writers;
    }
}
