package io.millrace.connect.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.lifecycle.Mqtt3ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscription;
import com.hivemq.client.mqtt.mqtt3.message.unsubscribe.Mqtt3Unsubscribe;
import io.reactivex.disposables.Disposable;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** MQTT 3.1.1: the broker's own window bounds what is in flight, and the broker decides how long it keeps a session. */
final class Mqtt3Transport implements Transport {
    private final Mqtt3Client client;
    private final ClientSettings settings;
    private final Clock clock;
    private final Listener listener;
    /** Never disposed of: a client acknowledges by itself what nobody listens to any more. */
    private volatile Disposable arrivals;

    Mqtt3Transport(ClientSettings settings, Clock clock, Listener listener) {
        this.settings = settings;
        this.clock = clock;
        this.listener = listener;
        this.client = Transport.builder(settings, listener)
                .useMqttVersion3()
                .addConnectedListener(context -> listener.connected(
                        ((Mqtt3ClientConnectedContext) context).getConnAck().isSessionPresent()))
                .build();
        listen();
    }

    /** See {@link Mqtt5Transport}. */
    private void listen() {
        arrivals = client.toRx()
                .publishes(MqttGlobalPublishFilter.ALL, true)
                .subscribe(publish -> listener.arrived(message(publish), publish::acknowledge), ended -> listen());
    }

    @Override
    public CompletableFuture<?> connect() {
        Mqtt3ConnectBuilder connect =
                Mqtt3Connect.builder().cleanSession(settings.clean()).keepAlive(settings.keepAliveSeconds());
        if (settings.user().isPresent()) {
            connect = connect.simpleAuth()
                    .username(settings.user().get())
                    .password(settings.passwordBytes())
                    .applySimpleAuth();
        }
        if (settings.statusTopic().isPresent()) {
            connect = connect.willPublish()
                    .topic(settings.statusTopic().get())
                    .payload(ClientSettings.OFFLINE)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .retain(true)
                    .applyWillPublish();
        }
        return async().connect(connect.build());
    }

    @Override
    public CompletableFuture<?> subscribe(List<String> filters, boolean retained) {
        return async().subscribe(Mqtt3Subscribe.builder()
                .addSubscriptions(filters.stream().map(filter -> Mqtt3Subscription.builder()
                        .topicFilter(filter)
                        .qos(MqttQos.fromCode(settings.qos()))
                        .build()))
                .build());
    }

    @Override
    public CompletableFuture<?> unsubscribe(List<String> filters) {
        return async().unsubscribe(Mqtt3Unsubscribe.builder()
                .addTopicFilters(filters.stream().map(MqttTopicFilter::of))
                .build());
    }

    @Override
    public CompletableFuture<?> publish(String topic, byte[] payload) {
        return async().publish(Mqtt3Publish.builder()
                .topic(topic)
                .payload(payload)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .build());
    }

    @Override
    public CompletableFuture<?> disconnect() {
        return async().disconnect();
    }

    private Mqtt3AsyncClient async() {
        return client.toAsync();
    }

    private Message message(Mqtt3Publish publish) {
        return new Message(
                publish.getTopic().toString(),
                publish.getPayloadAsBytes(),
                publish.getQos().getCode(),
                publish.isRetain(),
                null,
                List.of(),
                clock.millis());
    }
}
