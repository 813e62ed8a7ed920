package io.millrace.local.stack;

import io.millrace.connect.configs.apply.ContractPublisher;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.SchemaRegistry;
import io.millrace.schemas.TopicSpec;
import io.millrace.schemas.tool.CatalogueReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Makes the cluster and the registry hold what the catalogue says, or waits until somebody else has done so. */
final class Topics {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Catalogue catalogue;
    private final Path declared;
    private final Path published;
    private final Map<String, Object> kafka;
    private final SchemaRegistry registry;

    /**
     * @param declared folder of the contracts
     * @param published folder from which the collector and the Spark drivers read them
     * @param kafka client properties of whoever may create topics
     */
    Topics(Path declared, Path published, Map<String, Object> kafka, SchemaRegistry registry) {
        CatalogueReport.requireSound(declared);
        this.catalogue = Catalogue.read(declared);
        this.declared = declared;
        this.published = published;
        this.kafka = kafka;
        this.registry = registry;
    }

    /** Creates the topics that do not exist yet. */
    String create() throws Exception {
        try (Admin admin = admin()) {
            int brokers =
                    admin.describeCluster().nodes().get(30, TimeUnit.SECONDS).size();
            List<NewTopic> missing = missing(admin).stream()
                    .map(topic -> newTopic(topic, brokers))
                    .toList();
            admin.createTopics(missing).all().get(60, TimeUnit.SECONDS);
            return missing.size() + " of " + catalogue.contracts().size() + " created";
        } catch (ExecutionException e) {
            throw new StackException("cannot create topics: " + e.getCause().getMessage(), e);
        }
    }

    /** Returns when every topic of the catalogue is there and its contract is published. */
    String awaitCreated() throws Exception {
        try (Admin admin = admin()) {
            while (!missing(admin).isEmpty() || !isPublished()) {
                Thread.sleep(LOOK_EVERY.toMillis());
            }
            return "all there";
        }
    }

    private boolean isPublished() {
        return catalogue.contracts().stream()
                .allMatch(contract ->
                        Files.exists(published.resolve(contract.name()).resolve("contract.yaml")));
    }

    /** Registers the value schemas that are ours, where the same schema again changes nothing, and publishes the contracts. */
    String register() {
        requireCompatibility();
        List<Contract> ours = catalogue.contracts().stream()
                .filter(contract -> contract.value().isPresent())
                .toList();
        for (Contract contract : ours) {
            registry.register(contract.valueSubject(), contract.requireValue());
            registry.setCompatibility(contract.valueSubject(), contract.compatibility());
        }
        ContractPublisher.publishAll(declared, published);
        return ours.size() + " schemas registered";
    }

    /** A new registry takes any change of a schema; from here on it refuses what old readers could not read. */
    String requireCompatibility() {
        registry.setCompatibility("BACKWARD");
        return "BACKWARD for all";
    }

    private List<TopicSpec> missing(Admin admin) throws Exception {
        Set<String> existing = admin.listTopics().names().get(30, TimeUnit.SECONDS);
        return catalogue.contracts().stream()
                .map(Contract::topic)
                .filter(topic -> !existing.contains(topic.name()))
                .toList();
    }

    private Admin admin() {
        return Admin.create(kafka);
    }

    private static NewTopic newTopic(TopicSpec topic, int brokers) {
        short replication = (short) Math.min(topic.replication(), brokers);
        return new NewTopic(topic.name(), topic.partitions(), replication).configs(topic.settings());
    }
}
