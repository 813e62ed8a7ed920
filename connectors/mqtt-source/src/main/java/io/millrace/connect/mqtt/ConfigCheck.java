package io.millrace.connect.mqtt;

import com.hivemq.client.mqtt.lifecycle.MqttClientReconnector;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import io.millrace.connect.commons.TlsFiles;
import io.millrace.connect.commons.config.SinkValidation;
import io.millrace.connect.commons.contract.ContractReader;
import io.millrace.connect.commons.contract.LiveContracts;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.ConfigException;

/** What {@code Connector.validate} looks for beyond single keys, each finding under the key that has to be changed. */
final class ConfigCheck {
    private final Map<String, String> given;
    private final SinkValidation validation;

    ConfigCheck(Map<String, String> given, SinkValidation validation) {
        this.given = given;
        this.validation = validation;
    }

    /** What no key can be blamed for by itself. Needs keys that are well each. */
    void keysTogether() {
        MqttSourceConfig config = new MqttSourceConfig(given);
        tls(config);
        long largest = (long) config.receiveMaximum() * config.maxMessageBytes();
        if (largest > config.getLong(MqttKeys.MAX_IN_FLIGHT_BYTES)) {
            validation.error(
                    MqttKeys.MAX_IN_FLIGHT_BYTES,
                    "must be at least " + largest + ", which is " + MqttKeys.RECEIVE_MAXIMUM + " times "
                            + MqttKeys.MAX_MESSAGE_BYTES
                            + ": MQTT bounds what the broker sends by the number and the size of messages");
        }
        if (config.isJson()) {
            contract(config);
        } else {
            onlyForJson(config);
        }
    }

    private void tls(MqttSourceConfig config) {
        boolean files = false;
        for (String key : List.of(TlsFiles.TRUSTSTORE, TlsFiles.KEYSTORE)) {
            files |= config.text(key).isPresent();
        }
        try {
            TlsFiles.trust(config::text, config::secret);
        } catch (ConfigException unusable) {
            validation.error(TlsFiles.TRUSTSTORE, unusable.getMessage());
        }
        try {
            TlsFiles.keys(config::text, config::secret);
        } catch (ConfigException unusable) {
            validation.error(TlsFiles.KEYSTORE, unusable.getMessage());
        }
        if (files && !config.address().tls()) {
            validation.error(MqttKeys.URI, "there are TLS files and the address is not mqtts://");
        }
    }

    private void onlyForJson(MqttSourceConfig config) {
        for (String key : List.of(MqttKeys.CONTRACT, MqttKeys.PAYLOAD_FIELD)) {
            if (config.text(key).isPresent()) {
                validation.error(key, "has no effect unless " + MqttKeys.PAYLOAD_FORMAT + " is " + MqttKeys.JSON);
            }
        }
        if (!config.getList(MqttKeys.PAYLOAD_FIELDS).isEmpty()) {
            validation.error(
                    MqttKeys.PAYLOAD_FIELDS,
                    "has no effect unless " + MqttKeys.PAYLOAD_FORMAT + " is " + MqttKeys.JSON);
        }
    }

    private void contract(MqttSourceConfig config) {
        Catalogue catalogue;
        try {
            catalogue = config.contractsPath().map(Catalogue::read).orElseGet(Catalogue::bundled);
        } catch (RuntimeException e) {
            validation.error(MqttKeys.CONTRACTS_PATH, e.getMessage());
            return;
        }
        String topic = config.getString(MqttKeys.TOPIC);
        String name = config.text(MqttKeys.CONTRACT).orElse(topic);
        Optional<Contract> contract = catalogue.find(name);
        if (contract.isEmpty() && (name.contains("${") || config.contractsPath().isPresent())) {
            // Known with each message; and a folder may get it later, as contracts are published after a plan was
            // checked.
            return;
        }
        String key = config.text(MqttKeys.CONTRACT).isPresent() ? MqttKeys.CONTRACT : MqttKeys.TOPIC;
        try {
            ContractReader reader = LiveContracts.usable(catalogue.require(name), config.converter());
            fields(config, reader, name);
        } catch (RuntimeException e) {
            validation.error(key, "the contract " + name + " cannot be used: " + e.getMessage());
        }
    }

    private void fields(MqttSourceConfig config, ContractReader reader, String contract) {
        config.text(MqttKeys.PAYLOAD_FIELD)
                .filter(field -> reader.type().type(field).isEmpty())
                .ifPresent(field -> validation.error(
                        MqttKeys.PAYLOAD_FIELD, "the contract " + contract + " has no field " + field));
        PayloadFields.parse(MqttKeys.PAYLOAD_FIELDS, config.getList(MqttKeys.PAYLOAD_FIELDS)).keySet().stream()
                .filter(field -> reader.type().type(field).isEmpty())
                .forEach(field -> validation.error(
                        MqttKeys.PAYLOAD_FIELDS, "the contract " + contract + " has no field " + field));
    }

    /** Whether the broker can be used as configured, tried as a visitor that leaves nothing behind. */
    void connection() {
        MqttSourceConfig config = new MqttSourceConfig(given);
        if (!config.getBoolean(MqttKeys.CONNECTION_CHECK)) {
            return;
        }
        String visitor = "millrace-check-" + UUID.randomUUID().toString().substring(0, 8);
        Transport transport =
                Transport.of(config.version(), config.client().visitor(visitor), Clock.systemUTC(), new Nobody());
        try {
            Object answer = await(config, transport.connect());
            if (config.tasks() > 1
                    && answer instanceof Mqtt5ConnAck welcome
                    && !welcome.getRestrictions().isSharedSubscriptionAvailable()) {
                validation.error(Refusal.notShared().key(), Refusal.notShared().reason());
                return;
            }
            // A group of its own: a member of the connector's would be given messages of it.
            List<String> filters = config.getList(MqttKeys.TOPICS);
            await(
                    config,
                    transport.subscribe(
                            config.tasks() > 1 ? MqttSourceConfig.shared(filters, visitor) : filters, false));
        } catch (ExecutionException | TimeoutException failure) {
            Refusal refusal = Refusal.of(failure)
                    .orElseGet(() -> new Refusal(
                            MqttKeys.URI,
                            config.address() + " cannot be reached (" + reason(failure)
                                    + "); start it, correct the address, or set " + MqttKeys.CONNECTION_CHECK
                                    + "=false"));
            validation.error(refusal.key(), refusal.reason());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            transport.disconnect();
        }
    }

    private static Object await(MqttSourceConfig config, CompletableFuture<?> answer)
            throws ExecutionException, TimeoutException, InterruptedException {
        // The client has limits of its own for each step of it.
        return answer.get(3 * config.getLong(MqttKeys.CONNECT_TIMEOUT_MS), TimeUnit.MILLISECONDS);
    }

    private static String reason(Exception failure) {
        Throwable cause =
                failure instanceof ExecutionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.getMessage() == null ? "no answer in time" : cause.getMessage();
    }

    /** A visitor stays for a moment, and what comes in that moment belongs to others. */
    private static final class Nobody implements Transport.Listener {
        @Override
        public void connected(boolean sessionPresent) {
            // The future tells.
        }

        @Override
        public void disconnected(Throwable cause, MqttClientReconnector reconnector) {
            // Not tried again.
        }

        @Override
        public void arrived(Message message, Runnable acknowledgement) {
            // Never acknowledged; the session ends with the connection.
        }
    }
}
