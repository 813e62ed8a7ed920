package io.millrace.connect.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A device: publishes, waits for the broker's acknowledgements, and connects again when the broker was away. */
final class Publisher implements AutoCloseable {
    private static final int WINDOW = 200;

    private final Mqtt5AsyncClient client;
    private final Semaphore window = new Semaphore(WINDOW);

    private Publisher(Mqtt5AsyncClient client) {
        this.client = client;
    }

    static Publisher connect(MqttServer broker, String name) throws Exception {
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .identifier(name)
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .automaticReconnect()
                .initialDelay(100, TimeUnit.MILLISECONDS)
                .maxDelay(500, TimeUnit.MILLISECONDS)
                .applyAutomaticReconnect()
                .addDisconnectedListener(context -> context.getReconnector().republishIfSessionExpired(true))
                .buildAsync();
        client.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(3_600)
                .send()
                .get(60, TimeUnit.SECONDS);
        return new Publisher(client);
    }

    /** Publishes and waits for the broker's acknowledgement. */
    void publish(String topic, int qos, String payload) throws Exception {
        send(message(topic, qos, payload)).get(60, TimeUnit.SECONDS);
    }

    /** Publishes with QoS 1; returns when the broker has acknowledged all but a window of what was published. */
    void stream(String topic, String payload) throws InterruptedException {
        if (!window.tryAcquire(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the broker acknowledges nothing");
        }
        send(message(topic, 1, payload)).whenComplete((done, failure) -> window.release());
    }

    /** Waits until the broker has acknowledged everything that was streamed. */
    void awaitAcknowledged() throws InterruptedException {
        if (!window.tryAcquire(WINDOW, 120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the broker does not acknowledge everything");
        }
        window.release(WINDOW);
    }

    CompletableFuture<?> send(Mqtt5Publish message) {
        return client.publish(message);
    }

    static Mqtt5Publish message(String topic, int qos, String payload) {
        return Mqtt5Publish.builder()
                .topic(topic)
                .qos(MqttQos.fromCode(qos))
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    Mqtt5AsyncClient client() {
        return client;
    }

    @Override
    public void close() {
        client.disconnect();
    }
}
