package io.millrace.connect.configs.environment;

import io.millrace.connect.configs.SecretKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one environment file: known keys only, and no secret in plain sight. */
final class EnvironmentFile {
    private static final Set<String> KEYS = Set.of(
            "name",
            "owner",
            "connect",
            "kafka",
            "registry",
            "topics",
            "connectors",
            "variables",
            "publish_contracts",
            "offsets_topic",
            "status_topic");
    private static final Set<String> CONNECT_KEYS =
            Set.of("url", "user", "password", "truststore", "truststore_password", "keystore", "keystore_password");
    private static final Set<String> SIZE_KEYS = Set.of("partitions", "replication", "retention");
    private static final Set<String> CONNECTORS_KEYS = Set.of("leave_out", "overrides");
    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h|d)");

    private final Path file;
    private final References references;

    EnvironmentFile(Path file, Function<String, String> variables) {
        this.file = file;
        this.references = new References(file, variables);
    }

    Environment read() {
        YamlNode root = YamlNode.read(file);
        Map<String, YamlNode> entries = root.entries(KEYS);
        YamlNode name = root.require(entries, "name");
        String fileName = file.getFileName().toString();
        if (!fileName.replaceFirst("\\.ya?ml$", "").equals(name.text())) {
            throw name.wrong("is " + name.text() + " but the file is " + fileName);
        }
        return new Environment(
                name.text(),
                root.require(entries, "owner").text(),
                connect(root.require(entries, "connect")),
                kafka(root.require(entries, "kafka")),
                root.find(entries, "registry").map(this::registry),
                root.find(entries, "topics").map(this::topics).orElse(TopicSizes.AS_DECLARED),
                root.find(entries, "connectors").map(this::leftOut).orElse(Set.of()),
                root.find(entries, "connectors").map(this::overrides).orElse(Map.of()),
                root.find(entries, "variables").map(this::variables).orElse(Map.of()),
                root.find(entries, "publish_contracts").map(this::path),
                root.find(entries, "offsets_topic").map(YamlNode::text).orElse(Environment.DEFAULT_OFFSETS_TOPIC),
                root.find(entries, "status_topic").map(YamlNode::text).orElse(Environment.DEFAULT_STATUS_TOPIC),
                Map.of());
    }

    private ConnectAccess connect(YamlNode node) {
        Map<String, YamlNode> entries = node.entries(CONNECT_KEYS);
        return new ConnectAccess(
                url(node.require(entries, "url")),
                node.find(entries, "user").map(this::setting),
                node.find(entries, "password").map(this::secret),
                node.find(entries, "truststore").map(this::path),
                node.find(entries, "truststore_password").map(this::secret),
                node.find(entries, "keystore").map(this::path),
                node.find(entries, "keystore_password").map(this::secret));
    }

    private KafkaAccess kafka(YamlNode node) {
        Map<String, YamlNode> entries = node.entries(Set.of("bootstrap", "properties"));
        Map<String, Setting> properties = new TreeMap<>();
        node.find(entries, "properties").ifPresent(all -> all.entries()
                .forEach((key, value) ->
                        properties.put(key, SecretKeys.isSecretName(key) ? secret(value) : setting(value))));
        return new KafkaAccess(setting(node.require(entries, "bootstrap")), properties);
    }

    private RegistryAccess registry(YamlNode node) {
        Map<String, YamlNode> entries = node.entries(Set.of("url", "user", "password", "token", "truststore"));
        return new RegistryAccess(
                url(node.require(entries, "url")),
                node.find(entries, "user").map(this::setting),
                node.find(entries, "password").map(this::secret),
                node.find(entries, "token").map(this::secret),
                node.find(entries, "truststore").map(this::path));
    }

    private TopicSizes topics(YamlNode node) {
        Map<String, YamlNode> entries = node.entries(Set.of("replication", "overrides"));
        Map<String, TopicSizes.Size> overrides = new TreeMap<>();
        node.find(entries, "overrides").ifPresent(all -> all.entries().forEach((topic, size) -> {
            Map<String, YamlNode> sizes = size.entries(SIZE_KEYS);
            overrides.put(
                    topic,
                    new TopicSizes.Size(
                            size.find(sizes, "partitions").map(this::positive),
                            size.find(sizes, "replication").map(this::positive).map(Integer::shortValue),
                            size.find(sizes, "retention").map(this::duration)));
        }));
        return new TopicSizes(
                node.find(entries, "replication").map(this::positive).map(Integer::shortValue), overrides);
    }

    private Set<String> leftOut(YamlNode node) {
        Map<String, YamlNode> entries = node.entries(CONNECTORS_KEYS);
        return node.find(entries, "leave_out").map(YamlNode::texts).orElse(Set.of());
    }

    private Map<String, Map<String, String>> overrides(YamlNode node) {
        Map<String, YamlNode> entries = node.entries(CONNECTORS_KEYS);
        Map<String, Map<String, String>> overrides = new TreeMap<>();
        node.find(entries, "overrides").ifPresent(all -> all.entries().forEach((connector, settings) -> {
            Map<String, String> config = new TreeMap<>();
            settings.entries().forEach((key, value) -> {
                if (SecretKeys.isSecretName(key) && !SecretKeys.hasReference(value.text())) {
                    throw literal(value);
                }
                config.put(key, value.text());
            });
            overrides.put(connector, Map.copyOf(config));
        }));
        return overrides;
    }

    private Map<String, Setting> variables(YamlNode node) {
        Map<String, Setting> variables = new TreeMap<>();
        node.entries()
                .forEach((key, value) ->
                        variables.put(key, SecretKeys.isSecretName(key) ? secret(value) : setting(value)));
        return variables;
    }

    private Setting url(YamlNode node) {
        String text = node.text();
        if (!SecretKeys.hasReference(text) && !text.matches("https?://[^/\\s].*")) {
            throw node.wrong("must be a URL that begins with http:// or https://");
        }
        Setting written = setting(node);
        return text.endsWith("/") ? Setting.written(text.replaceAll("/+$", ""), references) : written;
    }

    private Setting setting(YamlNode node) {
        if (SecretKeys.hasPasswordInUrl(node.text())) {
            throw literal(node);
        }
        return Setting.written(node.text(), references);
    }

    private Setting secret(YamlNode node) {
        if (!SecretKeys.hasReference(node.text())) {
            throw literal(node);
        }
        return Setting.written(node.text(), references);
    }

    private RuntimeException literal(YamlNode node) {
        return node.wrong("holds a secret in plain text; write a reference instead: ${env:NAME}, ${file:PATH}"
                + " or ${file:PATH:KEY}");
    }

    private Path path(YamlNode node) {
        return file.toAbsolutePath().getParent().resolve(node.text()).normalize();
    }

    private Integer positive(YamlNode node) {
        int number = node.number();
        if (number < 1 || number > Short.MAX_VALUE) {
            throw node.wrong("must be at least 1 and at most " + Short.MAX_VALUE);
        }
        return number;
    }

    private Duration duration(YamlNode node) {
        Matcher matcher = DURATION.matcher(node.text());
        if (!matcher.matches()) {
            throw node.wrong("must be a number and a unit such as 7d or 12h");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
