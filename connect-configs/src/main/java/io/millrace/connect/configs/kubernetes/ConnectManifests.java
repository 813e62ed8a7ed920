package io.millrace.connect.configs.kubernetes;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.environment.Environment;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Strimzi's {@code KafkaConnect} for an environment's workers, and a {@code KafkaConnector} for each declared connector. */
final class ConnectManifests {
    /** Name of the workers' resource, and of the Secret with what connectors refer to. */
    static final String CLUSTER = "millrace-connect";

    private static final String API = "kafka.strimzi.io/v1";
    /** What a KafkaConnector says beside its {@code config}, where Strimzi refuses it. */
    private static final Set<String> OUTSIDE_CONFIG = Set.of("name", "connector.class", "tasks.max");

    private final Environment environment;
    private final ClusterOptions options;

    ConnectManifests(Environment environment, ClusterOptions options) {
        this.environment = environment;
        this.options = options;
    }

    /** The workers. */
    Map<String, Object> workers(Collection<DeclaredConnector> connectors) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("image", options.connectImage());
        spec.put("replicas", options.workers());
        spec.put("bootstrapServers", environment.kafka().bootstrap().value());
        spec.put("groupId", "millrace-connect");
        spec.put("configStorageTopic", "connect-configs");
        spec.put("offsetStorageTopic", environment.offsetsTopic());
        spec.put("statusStorageTopic", environment.statusTopic());
        spec.put("config", config());
        Map<String, Object> resources = new LinkedHashMap<>();
        resources.put("requests", Map.of("cpu", "500m", "memory", "1Gi"));
        resources.put("limits", Map.of("memory", "2Gi"));
        spec.put("resources", resources);
        List<Map<String, Object>> env = SecretReferences.env(SecretReferences.of(connectors), CLUSTER);
        if (!env.isEmpty()) {
            spec.put("template", Map.of("connectContainer", Map.of("env", env)));
        }
        Map<String, Object> metadata = metadata(CLUSTER);
        // Without it the operator ignores KafkaConnector resources.
        metadata.put("annotations", Map.of("strimzi.io/use-connector-resources", "true"));
        return resource("KafkaConnect", metadata, spec);
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new TreeMap<>();
        config.put("exactly.once.source.support", "enabled");
        config.put("topic.creation.enable", false);
        config.put("scheduled.rebalance.max.delay.ms", 0);
        config.put("consumer.isolation.level", "read_committed");
        config.put("producer.transaction.timeout.ms", 15000);
        config.put("config.providers", "env,file,dir");
        config.put("config.providers.env.class", "org.apache.kafka.common.config.provider.EnvVarConfigProvider");
        config.put("config.providers.env.param.allowlist.pattern", "MILLRACE_.*");
        config.put("config.providers.file.class", "org.apache.kafka.common.config.provider.FileConfigProvider");
        config.put("config.providers.dir.class", "org.apache.kafka.common.config.provider.DirectoryConfigProvider");
        config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        config.put("value.converter", "io.apicurio.registry.utils.converter.AvroConverter");
        config.put("value.converter.apicurio.registry.url", options.registryUrl() + "/apis/registry/v2");
        config.put("value.converter.apicurio.registry.auto-register", true);
        config.put("value.converter.apicurio.registry.as-confluent", true);
        config.put("value.converter.apicurio.registry.use-id", "contentId");
        config.put("value.converter.apicurio.registry.headers.enabled", false);
        config.put("value.converter.apicurio.registry.find-latest", false);
        for (String storage : List.of("config", "offset", "status")) {
            // -1: what the brokers have as their default.
            config.put(
                    storage + ".storage.replication.factor",
                    environment.topics().replication().map(Short::intValue).orElse(-1));
        }
        return config;
    }

    /** One connector. */
    Map<String, Object> connector(DeclaredConnector connector) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("class", connector.connectorClass());
        spec.put("tasksMax", tasks(connector));
        connector.state().ifPresent(state -> spec.put("state", state.name().toLowerCase(Locale.ROOT)));
        Map<String, Object> config = new TreeMap<>(connector.config());
        config.keySet().removeAll(OUTSIDE_CONFIG);
        spec.put("config", config);
        Map<String, Object> metadata = metadata(ResourceName.of(connector.name()));
        metadata.put("labels", Map.of("strimzi.io/cluster", CLUSTER));
        return resource("KafkaConnector", metadata, spec);
    }

    private static int tasks(DeclaredConnector connector) {
        String written = connector.config().getOrDefault("tasks.max", "1");
        try {
            return Integer.parseInt(written);
        } catch (NumberFormatException e) {
            throw new DeclarationException(
                    connector.origin().at("tasks.max") + ": tasks.max must be a number here, not " + written);
        }
    }

    private static Map<String, Object> metadata(String name) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", name);
        return metadata;
    }

    private static Map<String, Object> resource(String kind, Map<String, Object> metadata, Map<String, Object> spec) {
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("apiVersion", API);
        resource.put("kind", kind);
        resource.put("metadata", metadata);
        resource.put("spec", spec);
        return resource;
    }
}
