package io.millrace.connect.redis;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.SinkFailure;
import io.millrace.connect.commons.SinkSettings;
import io.millrace.connect.commons.Template;
import io.millrace.connect.commons.TlsFiles;
import io.millrace.connect.commons.config.SinkValidation;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/** What {@code Connector.validate} looks for, each finding under the key that has to be changed. */
final class ConfigCheck {

    private final Map<String, String> properties;
    private final SinkValidation validation;

    ConfigCheck(Map<String, String> properties, SinkValidation validation) {
        this.properties = properties;
        this.validation = validation;
    }

    /** The keys that are set for one topic; the others are known to the definition. */
    void everyKeyByItself() {
        properties.forEach((name, value) -> WriteKeys.ofTopic(name).ifPresent(key -> {
            try {
                WriteKeys.parse(RedisSinkConfig.DEFINITION, key.getKey(), name, value);
            } catch (ConfigException malformed) {
                validation.error(name, malformed.getMessage());
            }
        }));
    }

    /** What no key can be blamed for by itself. Needs keys that are well each. */
    void keysTogether() {
        RedisSinkConfig config = new RedisSinkConfig(properties);
        config.topics().forEach(topic -> topic(config, topic));
        if (!config.listsTopics()) {
            topic(config, "");
        }
        try {
            TlsFiles.context(config::text, config::secret);
        } catch (ConfigException unusable) {
            validation.error(
                    unusable.getMessage().contains(ConnectionKeys.KEYSTORE)
                            ? ConnectionKeys.KEYSTORE
                            : ConnectionKeys.TRUSTSTORE,
                    unusable.getMessage());
        }
        boolean tlsFiles = config.text(ConnectionKeys.TRUSTSTORE).isPresent()
                || config.text(ConnectionKeys.KEYSTORE).isPresent();
        if (tlsFiles && !config.address().tls()) {
            validation.error(ConnectionKeys.URI, "there are TLS files and the address is not rediss://");
        }
    }

    private void topic(RedisSinkConfig config, String topic) {
        TopicSettings settings = config.topic(topic);
        WriteMode mode = settings.mode();
        Template key = settings.key();
        if (!mode.isCollection() && mode != WriteMode.COUNTER && !key.tellsRecordsApart()) {
            validation.error(
                    config.nameOf(WriteKeys.KEY_TEMPLATE, topic),
                    "write mode " + mode.configName()
                            + " needs ${key} or another field in it, or all records would share" + " one Redis key");
        }
        if (mode == WriteMode.SORTED_SET && settings.scoreField().isEmpty()) {
            validation.error(
                    config.nameOf(WriteKeys.SCORE_FIELD, topic),
                    "write mode sorted_set needs the value field with the score");
        }
        if (mode == WriteMode.GEO
                && (settings.longitudeField().isEmpty()
                        || settings.latitudeField().isEmpty())) {
            validation.error(
                    config.nameOf(WriteKeys.LONGITUDE_FIELD, topic), "write mode geo needs the fields with the place");
        }
    }

    /** Whether Redis can be used as configured. */
    void connection() {
        RedisSinkConfig config = new RedisSinkConfig(properties);
        if (!config.getBoolean(SinkSettings.CONNECTION_CHECK)) {
            return;
        }
        String name = properties.getOrDefault("name", "validation");
        RedisConnections connections = new RedisConnections(config, "millrace-validation");
        try (RedisSession session = RedisSession.of(config.address().toString(), connections.open())) {
            CommandCheck check = new CommandCheck(config, new RedisLedger(name));
            Optional<CommandCheck.Refused> found = session.isCluster() ? check.notForClusters() : Optional.empty();
            found.or(() -> check.first(session))
                    .ifPresent(refused -> validation.error(refused.setting(), refused.reason()));
        } catch (FatalFailure refused) {
            validation.error(refused.setting().orElse(ConnectionKeys.URI), refused.getMessage());
        } catch (SinkFailure unreachable) {
            validation.error(
                    ConnectionKeys.URI,
                    unreachable.getMessage() + "; start it, correct the address, or set connection.check=false");
        }
    }
}
