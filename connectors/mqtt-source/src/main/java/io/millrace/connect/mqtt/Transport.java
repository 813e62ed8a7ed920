package io.millrace.connect.mqtt;

import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.lifecycle.MqttClientReconnector;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client of one version of the protocol. No method blocks. Safe for use by several threads. */
interface Transport {

    /** Connects, and again after every loss if the listener wants it; completes with the first success. */
    CompletableFuture<?> connect();

    /**
     * Subscribes, or subscribes again.
     *
     * @param retained whether the broker shall send retained messages if the subscription is new to it; MQTT 3.1.1 sends
     *     them in any case
     * @return completes exceptionally when the broker grants not all of it
     */
    CompletableFuture<?> subscribe(List<String> filters, boolean retained);

    CompletableFuture<?> unsubscribe(List<String> filters);

    /** Publishes a retained message with QoS 1. */
    CompletableFuture<?> publish(String topic, byte[] payload);

    CompletableFuture<?> disconnect();

    /** What happens to a client. Called by the client's thread; must not block. */
    interface Listener {
        /** @param sessionPresent whether the broker still has the session, with its subscriptions and messages */
        void connected(boolean sessionPresent);

        /** A connection was lost or could not be made. @param reconnector takes the decision what is next */
        void disconnected(Throwable cause, MqttClientReconnector reconnector);

        /** @param acknowledgement to be run once when the message is done with; never blocks */
        void arrived(Message message, Runnable acknowledgement);
    }

    /** A client that does not connect yet. */
    static Transport of(String version, ClientSettings settings, Clock clock, Listener listener) {
        return version.equals(MqttKeys.VERSION_5)
                ? new Mqtt5Transport(settings, clock, listener)
                : new Mqtt3Transport(settings, clock, listener);
    }

    /** What both versions have in common. */
    static MqttClientBuilder builder(ClientSettings settings, Listener listener) {
        MqttClientBuilder builder = com.hivemq.client.mqtt.MqttClient.builder()
                .identifier(settings.identity())
                .addDisconnectedListener(
                        context -> listener.disconnected(context.getCause(), context.getReconnector()));
        var transport = builder.transportConfig()
                .serverHost(settings.address().host())
                .serverPort(settings.address().port())
                .socketConnectTimeout(settings.connectTimeoutMs(), TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(settings.connectTimeoutMs(), TimeUnit.MILLISECONDS);
        if (settings.address().tls()) {
            transport = transport.sslConfig(tls(settings));
        }
        return transport.applyTransportConfig();
    }

    private static MqttClientSslConfig tls(ClientSettings settings) {
        var tls = MqttClientSslConfig.builder()
                .handshakeTimeout(settings.connectTimeoutMs(), TimeUnit.MILLISECONDS)
                .trustManagerFactory(settings.trust().orElse(null))
                .keyManagerFactory(settings.keys().orElse(null));
        // Without a verifier the client compares the name by itself.
        return (settings.verifyHostname() ? tls : tls.hostnameVerifier((host, session) -> true)).build();
    }
}
