package io.millrace.connect.configs.environment;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One environment: where its servers are, how large its topics are, and what differs there from the declared files.
 * Immutable; {@code toString} shows references, never what they resolve to.
 *
 * @param name what people call it
 * @param owner the mark on everything that is applied; only what carries it is ever removed
 * @param connect the Connect workers
 * @param kafka the brokers
 * @param registry the schema registry; empty where schemas are somebody else's
 * @param topics what differs from the contracts' topics
 * @param leftOut declared connectors that do not belong here
 * @param connectorOverrides settings that replace declared ones, by connector name
 * @param variables values of {@code ${var:...}} in connector files
 * @param publishContracts folder into which applied contracts are copied
 * @param offsetsTopic the workers' {@code offset.storage.topic}
 * @param statusTopic the workers' {@code status.storage.topic}
 * @param whereDeclared as {@code connectorOverrides}, of connectors that need not be declared
 */
public record Environment(
        String name,
        String owner,
        ConnectAccess connect,
        KafkaAccess kafka,
        Optional<RegistryAccess> registry,
        TopicSizes topics,
        Set<String> leftOut,
        Map<String, Map<String, String>> connectorOverrides,
        Map<String, Setting> variables,
        Optional<Path> publishContracts,
        String offsetsTopic,
        String statusTopic,
        Map<String, Map<String, String>> whereDeclared) {

    public static final String DEFAULT_OFFSETS_TOPIC = "connect-offsets";
    public static final String DEFAULT_STATUS_TOPIC = "connect-status";

    public Environment {
        leftOut = Set.copyOf(leftOut);
        connectorOverrides = Map.copyOf(connectorOverrides);
        whereDeclared = Map.copyOf(whereDeclared);
        variables = Collections.unmodifiableMap(new TreeMap<>(variables));
    }

    /** An environment without authentication and overrides, as a stack on one machine is. */
    public static Environment of(
            String name, String owner, ConnectAccess connect, KafkaAccess kafka, RegistryAccess registry) {
        return new Environment(
                name,
                owner,
                connect,
                kafka,
                Optional.of(registry),
                TopicSizes.AS_DECLARED,
                Set.of(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                DEFAULT_OFFSETS_TOPIC,
                DEFAULT_STATUS_TOPIC,
                Map.of());
    }

    /** The same environment that also publishes contracts into a folder. */
    public Environment publishing(Path folder) {
        return new Environment(
                name,
                owner,
                connect,
                kafka,
                registry,
                topics,
                leftOut,
                connectorOverrides,
                variables,
                Optional.of(folder),
                offsetsTopic,
                statusTopic,
                whereDeclared);
    }

    /** The same environment with settings that replace declared ones of connectors, where there are such connectors. */
    public Environment overridingWhereDeclared(Map<String, Map<String, String>> settings) {
        return new Environment(
                name,
                owner,
                connect,
                kafka,
                registry,
                topics,
                leftOut,
                connectorOverrides,
                variables,
                publishContracts,
                offsetsTopic,
                statusTopic,
                settings);
    }

    /**
     * Reads an environment file.
     *
     * @param file YAML file; its name without the ending must be the environment's name
     * @param variables the process's environment, asked when a value is used
     * @throws DeclarationException when the file is wrong, with line and remedy
     */
    public static Environment read(Path file, Function<String, String> variables) {
        return new EnvironmentFile(file, variables).read();
    }

    /**
     * Reads the environment that somebody named.
     *
     * @param named a name that has a file in the folder, or the path of a file
     * @param folder the folder with the environments that have names
     * @throws DeclarationException when there is none, naming those that exist
     */
    public static Environment named(String named, Path folder, Function<String, String> variables) {
        if (named.contains("/") || named.endsWith(".yaml") || named.endsWith(".yml")) {
            return read(Path.of(named), variables);
        }
        Path file = folder.resolve(named + ".yaml");
        if (!Files.exists(file)) {
            List<String> names = names(folder);
            throw new DeclarationException("there is no environment " + named + " in " + folder + "; "
                    + (names.isEmpty() ? "there is none at all" : "there are " + String.join(", ", names))
                    + NearestName.hint(named, names));
        }
        return read(file, variables);
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Opens access to the servers; nothing is asked before it is needed. */
    public Clusters open() {
        return new Clusters(this);
    }
}
