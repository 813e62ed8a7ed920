package io.millrace.connect.mqtt;

import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import io.millrace.connect.commons.TlsFiles;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;

/**
 * A no of the broker that trying again does not change.
 *
 * @param key the configuration key to correct
 * @param reason what the broker said and what to do, in a sentence
 */
record Refusal(String key, String reason) {

    /** What a failure says for good; empty when it may be over soon. */
    static Optional<Refusal> of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<Refusal> found = one(cause);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> one(Throwable cause) {
        if (cause instanceof Mqtt5ConnAckException refused) {
            return connection(refused);
        }
        if (cause instanceof Mqtt3ConnAckException refused) {
            return connection(refused);
        }
        if (cause instanceof Mqtt5SubAckException refused) {
            return Optional.of(subscription(refused.getMqttMessage().getReasonCodes()));
        }
        if (cause instanceof Mqtt3SubAckException) {
            return Optional.of(new Refusal(
                    MqttKeys.TOPICS,
                    "the broker refuses a subscription; allow the user to read the topics, and shared ones if tasks.max"
                            + " is more than 1"));
        }
        if (cause instanceof Mqtt5DisconnectException ended
                && ended.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER) {
            return Optional.of(new Refusal(
                    MqttKeys.CLIENT_ID,
                    "another client has connected with the same client id; give each connector its own"));
        }
        if (cause instanceof SSLHandshakeException || cause instanceof CertificateException) {
            return Optional.of(new Refusal(
                    TlsFiles.TRUSTSTORE,
                    "TLS with the broker fails: " + cause.getMessage()
                            + "; trust its certificate, connect to a name that it carries, or give the certificate that"
                            + " it asks for in " + TlsFiles.KEYSTORE));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> connection(Mqtt5ConnAckException refused) {
        return switch (refused.getMqttMessage().getReasonCode()) {
            case BAD_USER_NAME_OR_PASSWORD -> Optional.of(wrongPassword());
            case NOT_AUTHORIZED, BANNED -> Optional.of(notAuthorized());
            case UNSUPPORTED_PROTOCOL_VERSION -> Optional.of(wrongVersion());
            case CLIENT_IDENTIFIER_NOT_VALID -> Optional.of(wrongClientId());
            case TOPIC_NAME_INVALID, RETAIN_NOT_SUPPORTED, QOS_NOT_SUPPORTED ->
                Optional.of(new Refusal(MqttKeys.STATUS_TOPIC, "the broker does not take the last will"));
            default -> Optional.empty();
        };
    }

    private static Optional<Refusal> connection(Mqtt3ConnAckException refused) {
        return switch (refused.getMqttMessage().getReturnCode()) {
            case BAD_USER_NAME_OR_PASSWORD -> Optional.of(wrongPassword());
            case NOT_AUTHORIZED -> Optional.of(notAuthorized());
            case UNSUPPORTED_PROTOCOL_VERSION -> Optional.of(wrongVersion());
            case IDENTIFIER_REJECTED -> Optional.of(wrongClientId());
            default -> Optional.empty();
        };
    }

    private static Refusal subscription(List<Mqtt5SubAckReasonCode> codes) {
        Mqtt5SubAckReasonCode code = codes.stream()
                .filter(Mqtt5SubAckReasonCode::isError)
                .findFirst()
                .orElse(Mqtt5SubAckReasonCode.UNSPECIFIED_ERROR);
        return switch (code) {
            case SHARED_SUBSCRIPTIONS_NOT_SUPPORTED -> notShared();
            case NOT_AUTHORIZED ->
                new Refusal(
                        MqttKeys.TOPICS, "the user may not read a topic; allow it at the broker, or subscribe less");
            case WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED ->
                new Refusal(MqttKeys.TOPICS, "the broker takes no wildcards; name the topics");
            default -> new Refusal(MqttKeys.TOPICS, "the broker refuses a subscription with " + code);
        };
    }

    static Refusal notShared() {
        return new Refusal(
                "tasks.max", "the broker has no shared subscriptions, by which tasks divide the messages; set it to 1");
    }

    private static Refusal wrongPassword() {
        return new Refusal(
                MqttKeys.PASSWORD,
                "the broker does not know this user with this password; correct " + MqttKeys.USERNAME + " or "
                        + MqttKeys.PASSWORD);
    }

    private static Refusal notAuthorized() {
        return new Refusal(MqttKeys.USERNAME, "the broker does not let this user in; give it a user that may connect");
    }

    private static Refusal wrongVersion() {
        return new Refusal(MqttKeys.VERSION, "the broker does not speak this version; try the other one");
    }

    private static Refusal wrongClientId() {
        return new Refusal(MqttKeys.CLIENT_ID, "the broker does not take the client id; choose a shorter, plainer one");
    }
}
