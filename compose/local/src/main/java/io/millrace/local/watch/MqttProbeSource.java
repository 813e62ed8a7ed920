package io.millrace.local.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Publishes probes with quality of service 1: accepted is what the broker has acknowledged. */
final class MqttProbeSource implements ProbeSource {
    static final String NAME = "mqtt";
    private static final long LIMIT_SECONDS = 10;

    private final ObjectMapper json = new ObjectMapper();
    private final Mqtt5AsyncClient client;

    /** @param broker such as {@code mqtt://127.0.0.1:1883} */
    MqttProbeSource(URI broker, String probe) {
        client = Mqtt5Client.builder()
                .identifier("millrace-probe-" + probe)
                .serverHost(broker.getHost())
                .serverPort(broker.getPort())
                .buildAsync();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void send(Ping ping) throws IOException, InterruptedException {
        try {
            if (!client.getState().isConnected()) {
                client.connect().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
            Mqtt5PublishResult result = client.publishWith()
                    .topic("millrace/probe/" + ping.probe())
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(json.writeValueAsBytes(ping.event()))
                    .send()
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (result instanceof Mqtt5PublishResult.Mqtt5Qos1Result answered
                    && answered.getPubAck().getReasonCode() == Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS) {
                throw new IOException("MQTT: nobody has subscribed, so the broker kept nothing");
            }
        } catch (ExecutionException e) {
            throw new IOException("MQTT: " + e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException("MQTT: no answer within " + LIMIT_SECONDS + " s", e);
        }
    }

    @Override
    public void close() {
        client.disconnect();
    }
}
