package io.millrace.connect.mqtt;

import io.millrace.connect.commons.RetryBudget;
import io.millrace.connect.commons.TlsFiles;
import io.millrace.connect.commons.contract.ConverterSettings;
import io.millrace.connect.commons.contract.LiveContracts;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;

/** The values of the connector's keys, for the connector or for one of its tasks. */
final class MqttSourceConfig extends AbstractConfig {
    /** Which task a configuration is for, counted from 0. */
    static final String TASK = "millrace.task";

    private static final String TASKS_MAX = "tasks.max";
    private static final String NAME = "name";
    /** More than the text of a payload takes when it is read into fields. */
    private static final int VALUE_MEMORY = 16;

    MqttSourceConfig(Map<String, String> given) {
        super(MqttKeys.DEFINITION, given, false);
    }

    String connectorName() {
        return other(NAME, "mqtt-source");
    }

    int tasks() {
        return Integer.parseInt(other(TASKS_MAX, "1").trim());
    }

    String task() {
        return other(TASK, "0");
    }

    BrokerAddress address() {
        return BrokerAddress.parse(MqttKeys.URI, getString(MqttKeys.URI));
    }

    String version() {
        return getString(MqttKeys.VERSION);
    }

    String clientId() {
        return text(MqttKeys.CLIENT_ID).orElseGet(this::connectorName) + "-" + task();
    }

    /** The topic filters to subscribe to, those of several tasks shared. */
    List<String> filters() {
        List<String> filters = getList(MqttKeys.TOPICS);
        return tasks() == 1 ? filters : shared(filters, shareGroup());
    }

    static List<String> shared(List<String> filters, String group) {
        return filters.stream().map(filter -> "$share/" + group + "/" + filter).toList();
    }

    /** Slashes and wildcards cannot be in the name of a group. */
    String shareGroup() {
        return text(MqttKeys.SHARE_GROUP).orElseGet(this::connectorName).replaceAll("[/+#]", "_");
    }

    ClientSettings client() {
        return new ClientSettings(
                address(),
                clientId(),
                false,
                getLong(MqttKeys.SESSION_EXPIRY_MS) / 1_000,
                text(MqttKeys.USERNAME),
                secret(MqttKeys.PASSWORD),
                TlsFiles.trust(this::text, this::secret),
                TlsFiles.keys(this::text, this::secret),
                getBoolean(MqttKeys.VERIFY_HOSTNAME),
                (int) (getLong(MqttKeys.KEEP_ALIVE_MS) / 1_000),
                getLong(MqttKeys.CONNECT_TIMEOUT_MS),
                getInt(MqttKeys.RECEIVE_MAXIMUM),
                maxMessageBytes(),
                getInt(MqttKeys.QOS),
                text(MqttKeys.STATUS_TOPIC).map(topic -> topic + "/" + task()));
    }

    int receiveMaximum() {
        return getInt(MqttKeys.RECEIVE_MAXIMUM);
    }

    int maxMessageBytes() {
        return getInt(MqttKeys.MAX_MESSAGE_BYTES);
    }

    int maxPollRecords() {
        return getInt(MqttKeys.MAX_POLL_RECORDS);
    }

    MessageTemplate topic() {
        return MessageTemplate.topic(MqttKeys.TOPIC, getString(MqttKeys.TOPIC));
    }

    Pattern topicPattern() {
        return Pattern.compile(getString(MqttKeys.TOPIC_PATTERN));
    }

    Optional<MessageTemplate> key() {
        return text(MqttKeys.KEY).map(text -> MessageTemplate.parse(MqttKeys.KEY, text));
    }

    Optional<MessageTemplate> eventId() {
        return text(MqttKeys.EVENT_ID).map(text -> MessageTemplate.parse(MqttKeys.EVENT_ID, text));
    }

    boolean isJson() {
        return getString(MqttKeys.PAYLOAD_FORMAT).equals(MqttKeys.JSON);
    }

    Optional<Path> contractsPath() {
        return text(MqttKeys.CONTRACTS_PATH).map(Path::of);
    }

    /** What is known of the converter that writes the records. */
    ConverterSettings converter() {
        return new ConverterSettings(originals());
    }

    /** @throws RuntimeException when the contracts cannot be read, with the reason */
    Payload payload(Clock clock) {
        return switch (getString(MqttKeys.PAYLOAD_FORMAT)) {
            case MqttKeys.STRING -> new Payload.Text();
            case MqttKeys.JSON ->
                new Payload.Json(
                        LiveContracts.of(contractsPath(), converter(), clock),
                        getString(MqttKeys.CONTRACT),
                        new PayloadFields(
                                getString(MqttKeys.PAYLOAD_FIELD),
                                PayloadFields.parse(MqttKeys.PAYLOAD_FIELDS, getList(MqttKeys.PAYLOAD_FIELDS))),
                        (long) maxMessageBytes() * VALUE_MEMORY);
            default -> new Payload.Bytes();
        };
    }

    Records.Malformed malformed() {
        return new Records.Malformed(
                text(MqttKeys.QUARANTINE_TOPIC), "all".equalsIgnoreCase(other("errors.tolerance", "none")));
    }

    RetryBudget retryBudget(Clock clock, RandomGenerator random) {
        return new RetryBudget(
                getLong(MqttKeys.RETRY_BACKOFF_MIN_MS),
                getLong(MqttKeys.RETRY_BACKOFF_MAX_MS),
                RetryBudget.UNLIMITED,
                clock::millis,
                random);
    }

    /** Whether the worker certainly writes with transactions; one that is not asked for may do so as well. */
    boolean exactlyOnce() {
        return "required".equalsIgnoreCase(other("exactly.once.support", "requested"));
    }

    /** Whether the worker is done with all records of a poll, their transaction committed, when it polls again. */
    boolean transactionPerPoll() {
        return exactlyOnce() && "poll".equalsIgnoreCase(other("transaction.boundary", "poll"));
    }

    /** A text setting; empty when it is not set. */
    Optional<String> text(String key) {
        return Optional.ofNullable(getString(key)).filter(text -> !text.isBlank());
    }

    /** A password setting; empty when it is not set. */
    Optional<String> secret(String key) {
        return Optional.ofNullable(getPassword(key))
                .map(org.apache.kafka.common.config.types.Password::value)
                .filter(text -> !text.isEmpty());
    }

    private String other(String key, String otherwise) {
        Object value = originals().get(key);
        return value == null ? otherwise : String.valueOf(value);
    }
}
