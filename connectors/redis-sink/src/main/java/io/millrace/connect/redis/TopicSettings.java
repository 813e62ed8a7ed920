package io.millrace.connect.redis;

import io.millrace.connect.commons.RecordImage;
import io.millrace.connect.commons.Template;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is written for the records of one topic: its own settings over those of the connector. */
final class TopicSettings {

    private final RedisSinkConfig config;
    private final String topic;

    TopicSettings(RedisSinkConfig config, String topic) {
        this.config = config;
        this.topic = topic;
    }

    WriteMode mode() {
        return WriteMode.of(text(WriteKeys.MODE));
    }

    /** The template of the Redis key. */
    Template key() {
        boolean shared = mode().isCollection() && !config.isSet(WriteKeys.KEY_TEMPLATE, topic);
        return Template.parse(WriteKeys.KEY_TEMPLATE, shared ? "${topic}" : text(WriteKeys.KEY_TEMPLATE));
    }

    /** The template of the member or element; nothing when it is the value. */
    Optional<Template> member() {
        String template = text(WriteKeys.MEMBER_TEMPLATE);
        if (template.isEmpty() && mode().hasMembers()) {
            template = "${key}";
        }
        return template.isEmpty() ? Optional.empty() : Optional.of(Template.parse(WriteKeys.MEMBER_TEMPLATE, template));
    }

    boolean mergesHashes() {
        return text(WriteKeys.HASH_UPDATE).equals(WriteKeys.MERGE);
    }

    String scoreField() {
        return text(WriteKeys.SCORE_FIELD);
    }

    String longitudeField() {
        return text(WriteKeys.LONGITUDE_FIELD);
    }

    String latitudeField() {
        return text(WriteKeys.LATITUDE_FIELD);
    }

    @SuppressWarnings("unchecked")
    List<String> counterFields() {
        return (List<String>) config.ofTopic(WriteKeys.COUNTER_FIELDS, topic);
    }

    boolean pushesLeft() {
        return text(WriteKeys.LIST_PUSH).equals(WriteKeys.LEFT);
    }

    /** 0 for no limit. */
    long maxLength() {
        return (Long) config.ofTopic(WriteKeys.MAX_LENGTH, topic);
    }

    boolean ignoresTombstones() {
        return text(WriteKeys.TOMBSTONES).equals(WriteKeys.IGNORE);
    }

    RecordImage.Envelope envelope() {
        return RecordImage.Envelope.valueOf(text(WriteKeys.ENVELOPE).toUpperCase(Locale.ROOT));
    }

    /** Milliseconds; 0 for ever. */
    long ttlMs() {
        return (Long) config.ofTopic(WriteKeys.TTL_MS, topic);
    }

    private String text(String key) {
        return (String) config.ofTopic(key, topic);
    }
}
