package io.millrace.connect.mqtt;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns messages into records; malformed ones into records of the quarantine, or into nothing. Used by one thread. */
final class Records {
    static final String ID = "event_id";
    static final String RECEIVED_AT = "received_at";
    static final String MQTT_TOPIC = "mqtt.topic";
    static final String CLIENT = "mqtt.client";
    static final String QOS = "mqtt.qos";
    static final String RETAINED = "mqtt.retained";
    static final String CONTENT_TYPE = "mqtt.content.type";
    static final String PROPERTY = "mqtt.property.";
    static final String REASON = "quarantine.reason";
    static final String FIELD = "quarantine.field";
    static final String WANTED_TOPIC = "quarantine.topic";

    private static final Logger LOG = LoggerFactory.getLogger(Records.class);

    private final String client;
    private final Map<String, ?> partition;
    private final Supplier<Map<String, ?>> offsets;
    private final MessageTemplate topic;
    private final Pattern allowed;
    private final Optional<MessageTemplate> key;
    private final EventId ids;
    private final Payload payload;
    private final int largest;
    private final Malformed malformed;
    private final MqttMetrics metrics;

    /**
     * What becomes of malformed messages.
     *
     * @param quarantine Kafka topic for them; empty for none
     * @param tolerant whether they are dropped when there is none
     */
    record Malformed(Optional<String> quarantine, boolean tolerant) {}

    /**
     * @param partition of every record
     * @param offsets gives each record an offset of its own
     */
    Records(
            MqttSourceConfig config,
            Payload payload,
            Map<String, ?> partition,
            Supplier<Map<String, ?>> offsets,
            MqttMetrics metrics) {
        this.client = config.clientId();
        this.partition = partition;
        this.offsets = offsets;
        this.topic = config.topic();
        this.allowed = config.topicPattern();
        this.key = config.key();
        this.ids = new EventId(config.eventId());
        this.payload = payload;
        this.largest = config.maxMessageBytes();
        this.malformed = config.malformed();
        this.metrics = metrics;
    }

    /**
     * The record of a message; empty when the message is dropped, which the caller then settles.
     *
     * @throws ConnectException when it is malformed and malformed messages are not tolerated
     */
    Optional<MessageRecord> of(InFlight one) {
        Message message = one.message();
        String id = ids.of(message);
        String target = "";
        try {
            if (message.payload().length > largest) {
                throw new MalformedMessage(
                        "",
                        "the payload has " + message.payload().length + " bytes, more than "
                                + MqttKeys.MAX_MESSAGE_BYTES + "=" + largest);
            }
            target = target(message);
            Payload.Value value = payload.read(message, target, id);
            Headers headers = headers(message, value.id() == null ? id : value.id());
            return Optional.of(
                    new MessageRecord(partition, offsets.get(), target, key(message, value), value, headers, one));
        } catch (MalformedMessage reason) {
            metrics.malformed();
            return setAside(one, id, target, reason);
        }
    }

    private String target(Message message) throws MalformedMessage {
        String name = topic.render(message);
        try {
            Topic.validate(name);
        } catch (InvalidTopicException e) {
            throw new MalformedMessage("", "there can be no Kafka topic for it: " + e.getMessage());
        }
        if (!allowed.matcher(name).matches()) {
            throw new MalformedMessage("", "the Kafka topic " + name + " is not one of " + MqttKeys.TOPIC_PATTERN);
        }
        return name;
    }

    private String key(Message message, Payload.Value value) throws MalformedMessage {
        if (key.isPresent()) {
            return key.get().render(message);
        }
        return value.key() == null ? message.topic() : value.key();
    }

    private Optional<MessageRecord> setAside(InFlight one, String id, String target, MalformedMessage reason) {
        Message message = one.message();
        if (malformed.quarantine().isPresent()) {
            metrics.quarantined();
            Headers headers = headers(message, id).addString(REASON, reason.reason());
            if (!reason.field().isEmpty()) {
                headers.addString(FIELD, reason.field());
            }
            if (!target.isEmpty()) {
                headers.addString(WANTED_TOPIC, target);
            }
            // Of a payload that is too large for Kafka the beginning has to do.
            byte[] bytes =
                    message.payload().length > largest ? Arrays.copyOf(message.payload(), largest) : message.payload();
            Payload.Value value = new Payload.Value(Schema.BYTES_SCHEMA, bytes, null, null);
            return Optional.of(new MessageRecord(
                    partition, offsets.get(), malformed.quarantine().get(), message.topic(), value, headers, one));
        }
        if (!malformed.tolerant()) {
            throw new ConnectException("A message of " + message.topic() + " cannot be written: " + reason.reason()
                    + ". Correct its publisher, or set " + MqttKeys.QUARANTINE_TOPIC + ", or errors.tolerance=all to"
                    + " drop such messages; the broker sends it again until then.");
        }
        LOG.warn(
                "A message of {} was dropped, as errors.tolerance=all asks for and {} is not set: {}",
                message.topic(),
                MqttKeys.QUARANTINE_TOPIC,
                reason.reason());
        metrics.dropped();
        return Optional.empty();
    }

    private Headers headers(Message message, String id) {
        Headers headers = new ConnectHeaders()
                .addString(ID, id)
                .addLong(RECEIVED_AT, message.receivedAt())
                .addString(MQTT_TOPIC, message.topic())
                .addString(CLIENT, client)
                .addInt(QOS, message.qos())
                .addBoolean(RETAINED, message.retained());
        if (message.contentType() != null) {
            headers.addString(CONTENT_TYPE, message.contentType());
        }
        message.properties().forEach(property -> headers.addString(PROPERTY + property.name(), property.value()));
        return headers;
    }
}
