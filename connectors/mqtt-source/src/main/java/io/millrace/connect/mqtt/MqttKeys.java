package io.millrace.connect.mqtt;

import io.millrace.connect.commons.SinkSettings;
import io.millrace.connect.commons.TlsFiles;
import io.millrace.connect.commons.config.KeyGroups;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/** The keys of the connector: their types, defaults and bounds. */
final class MqttKeys {
    static final String URI = "mqtt.uri";
    static final String VERSION = "mqtt.version";
    static final String USERNAME = "mqtt.username";
    static final String PASSWORD = "mqtt.password";
    static final String CLIENT_ID = "mqtt.client.id";
    static final String SESSION_EXPIRY_MS = "mqtt.session.expiry.ms";
    static final String KEEP_ALIVE_MS = "mqtt.keep.alive.ms";
    static final String STATUS_TOPIC = "mqtt.status.topic";
    static final String VERIFY_HOSTNAME = "tls.hostname.verification";
    static final String CONNECT_TIMEOUT_MS = "connect.timeout.ms";
    static final String TOPICS = "mqtt.topics";
    static final String QOS = "mqtt.qos";
    static final String SHARE_GROUP = "mqtt.share.group";
    static final String TOPIC = "topic";
    static final String TOPIC_PATTERN = "topic.pattern";
    static final String KEY = "key";
    static final String EVENT_ID = "event.id";
    static final String PAYLOAD_FORMAT = "payload.format";
    static final String CONTRACT = "contract";
    static final String CONTRACTS_PATH = "contracts.path";
    static final String PAYLOAD_FIELD = "payload.field";
    static final String PAYLOAD_FIELDS = "payload.fields";
    static final String QUARANTINE_TOPIC = "quarantine.topic";
    static final String RECEIVE_MAXIMUM = "receive.maximum";
    static final String MAX_MESSAGE_BYTES = "max.message.bytes";
    static final String MAX_IN_FLIGHT_BYTES = "max.in.flight.bytes";
    static final String MAX_POLL_RECORDS = "max.poll.records";
    static final String RETRY_BACKOFF_MIN_MS = SinkSettings.RETRY_BACKOFF_MIN_MS;
    static final String RETRY_BACKOFF_MAX_MS = SinkSettings.RETRY_BACKOFF_MAX_MS;
    static final String CONNECTION_CHECK = SinkSettings.CONNECTION_CHECK;

    static final String VERSION_5 = "5";
    static final String VERSION_3 = "3.1.1";
    static final String BYTES = "bytes";
    static final String STRING = "string";
    static final String JSON = "json";

    static final ConfigDef DEFINITION = definition();

    private final KeyGroups keys = new KeyGroups();

    private MqttKeys() {}

    private static ConfigDef definition() {
        MqttKeys keys = new MqttKeys();
        keys.connection();
        keys.tls();
        keys.subscription();
        keys.data();
        keys.limits();
        keys.keys.delivery("the broker is away", "the broker can be used");
        return keys.keys.definition();
    }

    private void connection() {
        keys.group("Connection");
        keys.key(
                URI,
                Type.STRING,
                "mqtt://127.0.0.1:1883",
                LambdaValidator.with(
                        (name, value) -> BrokerAddress.parse(name, (String) value), () -> "mqtt:// or mqtts:// URI"),
                Importance.HIGH,
                "Where the broker is: mqtt://host:port, or mqtts://host:port for TLS.");
        keys.key(
                VERSION,
                Type.STRING,
                VERSION_5,
                ValidString.in(VERSION_5, VERSION_3),
                Importance.MEDIUM,
                "Version of the protocol: 5, or 3.1.1, in which the broker alone bounds what is in flight and there are no"
                        + " user properties.");
        keys.text(USERNAME, Importance.MEDIUM, "User at the broker; empty for none.");
        keys.secret(PASSWORD, "Password of the user.");
        keys.text(
                CLIENT_ID,
                Importance.MEDIUM,
                "Client id at the broker, by which it keeps the session; -0, -1, ... of the task is appended. Empty: the"
                        + " connector's name. No two clients may have the same.");
        keys.key(
                SESSION_EXPIRY_MS,
                Type.LONG,
                604_800_000L,
                Range.between(1_000, 4_294_967_294_000L),
                Importance.MEDIUM,
                "How long the broker keeps messages for a task that is gone, in MQTT 5; in 3.1.1 the broker decides.");
        keys.key(
                KEEP_ALIVE_MS,
                Type.LONG,
                30_000L,
                Range.between(1_000, 65_535_000),
                Importance.LOW,
                "After how long without traffic the connection is tried; a dead one is noticed after 1.5 times this.");
        keys.text(
                STATUS_TOPIC,
                Importance.LOW,
                "MQTT topic of a retained message that is online while a task is connected and offline otherwise, by last will"
                        + " if it died; /0, /1, ... of the task is appended. Empty: none.");
        keys.key(
                CONNECT_TIMEOUT_MS,
                Type.LONG,
                10_000L,
                Range.between(1, 120_000),
                Importance.LOW,
                "How long connecting may take: the socket, TLS, and the broker's answer, each.");
    }

    private void tls() {
        keys.group("TLS");
        keys.text(
                TlsFiles.TRUSTSTORE,
                Importance.MEDIUM,
                "Certificates that the broker's must come from: a file in PEM, PKCS12 or JKS; empty: those that Java trusts.");
        keys.secret(TlsFiles.TRUSTSTORE_PASSWORD, "Password of a PKCS12 or JKS trust store.");
        keys.text(
                TlsFiles.KEYSTORE,
                Importance.MEDIUM,
                "Certificate and key of this client for mutual TLS: a file in PKCS12 or JKS, or in PEM with an unencrypted"
                        + " PKCS8 key.");
        keys.secret(TlsFiles.KEYSTORE_PASSWORD, "Password of a PKCS12 or JKS key store.");
        keys.key(
                VERIFY_HOSTNAME,
                Type.BOOLEAN,
                true,
                null,
                Importance.LOW,
                "Whether the broker's certificate has to carry the name or address that was connected to.");
    }

    private void subscription() {
        keys.group("Subscription");
        keys.key(
                TOPICS,
                Type.LIST,
                ConfigDef.NO_DEFAULT_VALUE,
                LambdaValidator.with(MqttKeys::checkFilters, () -> "topic filters, with + and #"),
                Importance.HIGH,
                "Topic filters to subscribe to, separated by commas; + stands for one level and # for all that follow.");
        keys.key(
                QOS,
                Type.INT,
                1,
                Range.between(0, 2),
                Importance.MEDIUM,
                "Highest quality of service of the messages: 0 can lose them, 1 can repeat them, 2 does neither on the way"
                        + " from the broker.");
        keys.text(
                SHARE_GROUP,
                Importance.MEDIUM,
                "Name of the group among whose members the broker divides the messages ($share/GROUP/FILTER) when tasks.max is"
                        + " more than 1. Empty: the connector's name.");
    }

    private void data() {
        keys.group("Data");
        keys.key(
                TOPIC,
                Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                MessageTemplate.validator(),
                Importance.HIGH,
                "Kafka topic of a message, made of ${mqtt.topic}, with dots for slashes, ${mqtt.topic[N]}, its level N from 0,"
                        + " and ${property.NAME}, a user property.");
        keys.pattern(
                TOPIC_PATTERN,
                ".*",
                Importance.LOW,
                "Regular expression of the Kafka topics that may be written to; a message for another one is malformed.");
        keys.key(
                KEY,
                Type.STRING,
                "",
                MessageTemplate.validator(),
                Importance.MEDIUM,
                "Key of a record, made as the topic is, but with the slashes. Empty: the contract's key, else the MQTT topic.");
        keys.key(
                EVENT_ID,
                Type.STRING,
                "",
                MessageTemplate.validator(),
                Importance.MEDIUM,
                "Identity of a message in the header event_id, by which repetitions are told, such as ${property.id}. A"
                        + " message that has nothing for it, or empty: a digest of topic, properties and payload. The id"
                        + " field of a contract comes first.");
        keys.key(
                PAYLOAD_FORMAT,
                Type.STRING,
                BYTES,
                ValidString.in(BYTES, STRING, JSON),
                Importance.HIGH,
                "What a payload is: bytes as they are, a string in UTF-8, or json that keeps a contract.");
        keys.text(
                CONTRACT,
                Importance.MEDIUM,
                "Contract of json, by its name in the catalogue; empty: the one of the Kafka topic.");
        keys.text(
                CONTRACTS_PATH,
                Importance.MEDIUM,
                "Folder of contracts, followed while the connector runs; empty: those that are built in.");
        keys.text(
                PAYLOAD_FIELD,
                Importance.LOW,
                "Field of the contract for a payload that is not an object, such as 21.5.");
        keys.key(
                PAYLOAD_FIELDS,
                Type.LIST,
                "",
                LambdaValidator.with(
                        (name, value) -> PayloadFields.parse(name, strings(value)), () -> "field=template, ..."),
                Importance.LOW,
                "Fields of the contract that the topic fills in, as device=${mqtt.topic[1]}, separated by commas.");
        keys.text(
                QUARANTINE_TOPIC,
                Importance.MEDIUM,
                "Kafka topic for malformed messages, as they came, with the reason in headers. Empty: errors.tolerance decides"
                        + " whether they are dropped or the task fails.");
    }

    private void limits() {
        keys.group("Limits");
        keys.key(
                RECEIVE_MAXIMUM,
                Type.INT,
                256,
                Range.between(1, 65_535),
                Importance.MEDIUM,
                "Messages that the broker sends before the first is acknowledged, in MQTT 5. Also the most messages of QoS 0"
                        + " that wait; more are dropped.");
        keys.key(
                MAX_MESSAGE_BYTES,
                Type.INT,
                262_144,
                Range.between(128, 268_435_460),
                Importance.MEDIUM,
                "Largest message. An MQTT 5 broker keeps larger ones to itself; in 3.1.1 they are malformed.");
        keys.key(
                MAX_IN_FLIGHT_BYTES,
                Type.LONG,
                67_108_864L,
                Range.atLeast(1),
                Importance.MEDIUM,
                "Memory for messages that are not acknowledged; at least " + RECEIVE_MAXIMUM + " times "
                        + MAX_MESSAGE_BYTES + ".");
        keys.key(
                MAX_POLL_RECORDS,
                Type.INT,
                1_000,
                Range.atLeast(1),
                Importance.LOW,
                "Messages that are handed to Connect at once.");
    }

    private static List<String> strings(Object value) {
        return value == null
                ? List.of()
                : ((List<?>) value).stream().map(String::valueOf).toList();
    }

    private static void checkFilters(String name, Object value) {
        List<String> filters = strings(value);
        if (filters.isEmpty()) {
            throw new ConfigException(name, value, "There must be at least one topic filter");
        }
        for (String filter : filters) {
            if (filter.startsWith("$share/")) {
                throw new ConfigException(
                        name, filter, "Leave $share out; name the group in " + SHARE_GROUP + " and set tasks.max");
            }
            try {
                com.hivemq.client.mqtt.datatypes.MqttTopicFilter.of(filter);
            } catch (IllegalArgumentException malformed) {
                throw new ConfigException(name, filter, "It is no topic filter: " + malformed.getMessage());
            }
        }
    }
}
