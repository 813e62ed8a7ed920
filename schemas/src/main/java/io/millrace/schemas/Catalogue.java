package io.millrace.schemas;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every contract, by topic name. The catalogue is the only source of topics and subjects: what is not in it does not
 * exist. Immutable, so it may be shared between threads.
 */
public final class Catalogue {
    private final Map<String, Contract> contracts;

    private Catalogue(Map<String, Contract> contracts) {
        this.contracts = Collections.unmodifiableMap(contracts);
    }

    /**
     * Reads a folder that holds one folder per contract.
     *
     * @throws ContractException when a contract cannot be read, with the file and the reason
     */
    public static Catalogue read(Path folder) {
        Map<String, Contract> contracts = new TreeMap<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.filter(Catalogue::isContract).sorted().toList()) {
                Contract contract = Contract.read(entry);
                contracts.put(contract.name(), contract);
            }
        } catch (IOException e) {
            throw new ContractException("cannot read the contracts in " + folder + ": " + e.getMessage(), e);
        }
        return new Catalogue(contracts);
    }

    /** Tools leave folders of their own behind, whose names begin with a dot. */
    private static boolean isContract(Path entry) {
        return Files.isDirectory(entry) && !entry.getFileName().toString().startsWith(".");
    }

    /** The contracts that Millrace ships, from the class path. */
    public static Catalogue bundled() {
        try {
            URI location = Catalogue.class.getResource("/contracts").toURI();
            if (!"jar".equals(location.getScheme())) {
                return read(Path.of(location));
            }
            return readJar(location);
        } catch (URISyntaxException | IOException e) {
            throw new ContractException("cannot read the contracts on the class path: " + e.getMessage(), e);
        }
    }

    private static Catalogue readJar(URI location) throws IOException, URISyntaxException {
        URI file = ((JarURLConnection) location.toURL().openConnection())
                .getJarFileURL()
                .toURI();
        // Opened by its path, so that nobody else in this JVM shares the file system and closes it while it is read
        // here.
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(file), Map.of())) {
            return read(jar.getPath("/contracts"));
        }
    }

    /** All contracts, ordered by topic name. */
    public Collection<Contract> contracts() {
        return contracts.values();
    }

    /** The contracts of event kinds, ordered by topic name. */
    public List<Contract> eventKinds() {
        return contracts.values().stream().filter(Contract::isEventKind).toList();
    }

    /** The event kinds whose events are kept in the lake, counted and judged: all but the internal ones. */
    public List<Contract> keptKinds() {
        return eventKinds().stream()
                .filter(contract -> !contract.event().orElseThrow().internal())
                .toList();
    }

    /** The contract of a topic, if there is one. */
    public Optional<Contract> find(String topic) {
        return Optional.ofNullable(contracts.get(topic));
    }

    /**
     * The contract of a topic.
     *
     * @throws ContractException when there is none, naming those that exist
     */
    public Contract require(String topic) {
        return find(topic)
                .orElseThrow(() -> new ContractException(
                        "no contract for topic " + topic + "; " + NearestName.hint(topic, contracts.keySet())));
    }
}
