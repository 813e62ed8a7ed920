package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.SecretKeys;
import io.millrace.connect.configs.Validation;
import java.util.Map;
import java.util.TreeMap;

/**
 * Hashes of what a plan rests on. A literal secret does not go into them: a short one could be guessed from its hash.
 */
final class Fingerprints {
    private Fingerprints() {}

    static Map<String, String> of(Declared declared) {
        Map<String, String> prints = new TreeMap<>();
        declared.topics().forEach(topic -> prints.put("topic " + topic.name(), hash(topic.toString())));
        declared.subjects()
                .forEach(subject ->
                        prints.put("schema " + subject.name(), hash(subject.schema() + " " + subject.compatibility())));
        for (DeclaredConnector connector : declared.connectors()) {
            Map<String, String> settings = new TreeMap<>(connector.config());
            settings.putAll(connector.origin().shown());
            settings.put("initial_state", connector.state().map(Enum::name).orElse(""));
            prints.put("connector " + connector.name(), Marks.hash(settings));
        }
        declared.contracts().ifPresent(files -> prints.put("contracts", Marks.hash(files.hashes())));
        return prints;
    }

    static Map<String, String> of(Live live, Declared declared, PlanOptions options) {
        Map<String, String> prints = new TreeMap<>();
        declared.topics().forEach(topic -> {
            LiveTopic there = live.topics().get(topic.name());
            prints.put(
                    "topic " + topic.name(),
                    there == null
                            ? ""
                            : hash(there.partitions() + " " + there.replication() + " "
                                    + there.settings().get("cleanup.policy") + " "
                                    + there.settings().get("retention.ms") + " "
                                    + there.own().contains("retention.ms")));
        });
        declared.subjects().forEach(subject -> {
            LiveSubject there = live.subjects().get(subject.name());
            prints.put(
                    "schema " + subject.name(),
                    there == null ? "" : hash(there.newest() + " " + there.compatibility()));
        });
        declared.connectors()
                .forEach(connector -> prints.put(
                        "connector " + connector.name(),
                        hash(
                                live.connectors().get(connector.name()),
                                live.validations().get(connector.name()))));
        if (options.prune()) {
            live.connectors().values().stream()
                    .filter(connector -> Marks.owner(connector.config())
                            .filter(declared.owner()::equals)
                            .isPresent())
                    .forEach(connector -> prints.putIfAbsent("connector " + connector.name(), hash(connector, null)));
        }
        live.contracts().ifPresent(files -> prints.put("contracts", Marks.hash(files.hashes())));
        return prints;
    }

    private static String hash(LiveConnector connector, Validation validation) {
        if (connector == null) {
            return "";
        }
        Map<String, String> settings = new TreeMap<>();
        connector.config().forEach((key, value) -> {
            boolean secret = validation == null ? SecretKeys.isSecretName(key) : validation.isSecret(key);
            settings.put(key, SecretKeys.printable(value, secret || SecretKeys.isSecretName(key)));
        });
        // The mark is a hash over the settings as they are, so it goes with them.
        settings.remove(Marks.APPLIED);
        settings.put("state", ConnectorPlanner.targetState(connector.status()));
        return Marks.hash(settings);
    }

    private static String hash(String text) {
        return Marks.hash(Map.of("", text));
    }
}
