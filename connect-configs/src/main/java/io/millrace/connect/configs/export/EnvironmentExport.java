package io.millrace.connect.configs.export;

import io.millrace.connect.configs.SecretKeys;
import io.millrace.connect.configs.environment.ConnectAccess;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.Setting;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes the environment that was exported as a file of its own: access to the servers, references as they were written. */
final class EnvironmentExport {
    private final Exported exported;
    private final Environment environment;

    EnvironmentExport(Exported exported, Environment environment) {
        this.exported = exported;
        this.environment = environment;
    }

    /** Sizes, overrides and variables are in the exported files already, so the environment has none. */
    void add() {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("name", environment.name());
        file.put("owner", environment.owner());
        file.put("connect", connect(environment.connect()));
        Map<String, Object> kafka = new LinkedHashMap<>();
        put(kafka, "kafka", "bootstrap", Optional.of(environment.kafka().bootstrap()));
        Map<String, Object> properties = new LinkedHashMap<>();
        environment.kafka().properties().forEach((key, value) -> put(properties, "kafka", key, Optional.of(value)));
        if (!properties.isEmpty()) {
            kafka.put("properties", properties);
        }
        file.put("kafka", kafka);
        environment.registry().ifPresent(access -> {
            Map<String, Object> registry = new LinkedHashMap<>();
            put(registry, "registry", "url", Optional.of(access.url()));
            put(registry, "registry", "user", access.user());
            put(registry, "registry", "password", access.password());
            file.put("registry", registry);
        });
        environment.publishContracts().ifPresent(folder -> file.put("publish_contracts", folder.toString()));
        if (!environment.offsetsTopic().equals(Environment.DEFAULT_OFFSETS_TOPIC)) {
            file.put("offsets_topic", environment.offsetsTopic());
        }
        if (!environment.statusTopic().equals(Environment.DEFAULT_STATUS_TOPIC)) {
            file.put("status_topic", environment.statusTopic());
        }
        String text = YamlText.of(file);
        if (text.contains("${file:")) {
            exported.warn("environment " + environment.name() + " refers to files; such paths are relative to the"
                    + " environment's own file, which is elsewhere now");
        }
        exported.file(Path.of("environments", environment.name() + ".yaml"), text);
    }

    private Map<String, Object> connect(ConnectAccess access) {
        Map<String, Object> connect = new LinkedHashMap<>();
        put(connect, "connect", "url", Optional.of(access.url()));
        put(connect, "connect", "user", access.user());
        put(connect, "connect", "password", access.password());
        access.truststore().ifPresent(file -> connect.put("truststore", file.toString()));
        put(connect, "connect", "truststore_password", access.truststorePassword());
        access.keystore().ifPresent(file -> connect.put("keystore", file.toString()));
        put(connect, "connect", "keystore_password", access.keystorePassword());
        return connect;
    }

    private void put(Map<String, Object> section, String name, String key, Optional<Setting> setting) {
        setting.map(Setting::toString).ifPresent(written -> {
            if (!written.contains(SecretKeys.HIDDEN)) {
                section.put(key, written);
                return;
            }
            String reference = "${env:" + Exported.variable(environment.name(), name, key) + "}";
            section.put(key, written.replace(SecretKeys.HIDDEN, reference));
            exported.warn("environment " + environment.name() + ": " + name + "." + key + " is a secret; the file says "
                    + reference + " instead. Set that variable where this tool runs");
        });
    }
}
