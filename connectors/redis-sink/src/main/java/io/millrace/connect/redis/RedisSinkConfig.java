package io.millrace.connect.redis;

import io.millrace.connect.commons.SinkSettings;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.types.Password;

/** The configuration of the Redis sink. */
final class RedisSinkConfig extends AbstractConfig {

    static final String DELIVERY = "delivery";
    static final String EXACTLY_ONCE = "exactly_once";
    static final String AT_LEAST_ONCE = "at_least_once";
    static final String BATCH_MAX_RECORDS = "batch.max.records";
    static final String BATCH_MAX_BYTES = "batch.max.bytes";

    private static final String TOPICS = "topics";
    private static final String GROUP = "Delivery";

    static final ConfigDef DEFINITION =
            SinkSettings.addTo(batches(WriteKeys.addTo(ConnectionKeys.addTo(new ConfigDef()))));

    private final Map<String, Object> byTopic = new HashMap<>();
    private final Set<String> topics = new LinkedHashSet<>();

    RedisSinkConfig(Map<String, String> properties) {
        super(DEFINITION, properties, false);
        String listed = properties.getOrDefault(TOPICS, "");
        List.of(listed.split(",")).stream()
                .map(String::trim)
                .filter(topic -> !topic.isEmpty())
                .forEach(topics::add);
        properties.forEach((name, value) -> WriteKeys.ofTopic(name).ifPresent(key -> {
            byTopic.put(name, WriteKeys.parse(DEFINITION, key.getKey(), name, value));
            topics.add(key.getValue());
        }));
    }

    private static ConfigDef batches(ConfigDef config) {
        return config.define(
                        DELIVERY,
                        Type.STRING,
                        EXACTLY_ONCE,
                        ValidString.in(EXACTLY_ONCE, AT_LEAST_ONCE),
                        Importance.HIGH,
                        "exactly_once: a batch and its offsets are one transaction, an older task is fenced off, and what is"
                                + " in Redis is not added again. at_least_once: no transaction; counters, lists, streams and"
                                + " messages can repeat after a failure.",
                        GROUP,
                        -3,
                        Width.MEDIUM,
                        "Delivery")
                .define(
                        BATCH_MAX_RECORDS,
                        Type.INT,
                        1_000,
                        Range.between(1, 100_000),
                        Importance.LOW,
                        "Most records in one transaction. Redis serves nobody else while it runs one.",
                        GROUP,
                        -2,
                        Width.SHORT,
                        "Records per batch")
                .define(
                        BATCH_MAX_BYTES,
                        Type.INT,
                        4 * 1024 * 1024,
                        Range.atLeast(1),
                        Importance.LOW,
                        "A transaction is closed when it holds this many bytes of data; the last record may go beyond.",
                        GROUP,
                        -1,
                        Width.SHORT,
                        "Bytes per batch");
    }

    /** The topics that the configuration names; not all of them when they are chosen by a pattern. */
    Set<String> topics() {
        return topics;
    }

    /** Whether the topics are listed, so that no others can come. */
    boolean listsTopics() {
        return !originalsStrings().getOrDefault(TOPICS, "").isBlank();
    }

    TopicSettings topic(String topic) {
        return new TopicSettings(this, topic);
    }

    /** The name under which a setting of a topic was given. */
    String nameOf(String key, String topic) {
        return byTopic.containsKey(key + "." + topic) ? key + "." + topic : key;
    }

    boolean isSet(String key, String topic) {
        return originals().containsKey(nameOf(key, topic));
    }

    Object ofTopic(String key, String topic) {
        Object own = byTopic.isEmpty() ? null : byTopic.get(key + "." + topic);
        return own == null ? get(key) : own;
    }

    boolean isExactlyOnce() {
        return getString(DELIVERY).equals(EXACTLY_ONCE);
    }

    RedisAddress address() {
        return RedisAddress.parse(ConnectionKeys.URI, getString(ConnectionKeys.URI));
    }

    /** The master to ask Sentinels for. */
    Optional<String> sentinelMaster() {
        return text(ConnectionKeys.SENTINEL_MASTER);
    }

    Optional<String> text(String key) {
        return Optional.of(getString(key)).filter(text -> !text.isEmpty());
    }

    Optional<String> secret(String key) {
        return Optional.ofNullable(getPassword(key)).map(Password::value).filter(secret -> !secret.isEmpty());
    }

    int batchMaxRecords() {
        return getInt(BATCH_MAX_RECORDS);
    }

    int batchMaxBytes() {
        return getInt(BATCH_MAX_BYTES);
    }
}
