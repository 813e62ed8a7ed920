package io.millrace.connect.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
import io.reactivex.disposables.Disposable;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** MQTT 5. */
final class Mqtt5Transport implements Transport {
    private final Mqtt5Client client;
    private final ClientSettings settings;
    private final Clock clock;
    private final Listener listener;
    /** Never disposed of: a client acknowledges by itself what nobody listens to any more. */
    private volatile Disposable arrivals;

    Mqtt5Transport(ClientSettings settings, Clock clock, Listener listener) {
        this.settings = settings;
        this.clock = clock;
        this.listener = listener;
        this.client = Transport.builder(settings, listener)
                .useMqttVersion5()
                .addConnectedListener(context -> listener.connected(
                        ((Mqtt5ClientConnectedContext) context).getConnAck().isSessionPresent()))
                .build();
        listen();
    }

    /** Before the connection is made, as a broker sends what it has kept at once. */
    private void listen() {
        // The stream ends when the broker has lost the session; the subscriptions are made anew after this.
        arrivals = client.toRx()
                .publishes(MqttGlobalPublishFilter.ALL, true)
                .subscribe(publish -> listener.arrived(message(publish), publish::acknowledge), ended -> listen());
    }

    @Override
    public CompletableFuture<?> connect() {
        return async().connect(connectMessage());
    }

    @Override
    public CompletableFuture<?> subscribe(List<String> filters, boolean retained) {
        return async().subscribe(Mqtt5Subscribe.builder()
                .addSubscriptions(filters.stream().map(filter -> Mqtt5Subscription.builder()
                        .topicFilter(filter)
                        .qos(MqttQos.fromCode(settings.qos()))
                        .retainAsPublished(true)
                        .retainHandling(
                                retained
                                        ? Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST
                                        : Mqtt5RetainHandling.DO_NOT_SEND)
                        .build()))
                .build());
    }

    @Override
    public CompletableFuture<?> unsubscribe(List<String> filters) {
        return async().unsubscribe(Mqtt5Unsubscribe.builder()
                .addTopicFilters(filters.stream().map(MqttTopicFilter::of))
                .build());
    }

    @Override
    public CompletableFuture<?> publish(String topic, byte[] payload) {
        return async().publish(Mqtt5Publish.builder()
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

    private Mqtt5AsyncClient async() {
        return client.toAsync();
    }

    private Mqtt5Connect connectMessage() {
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .cleanStart(settings.clean())
                .sessionExpiryInterval(settings.sessionExpiry())
                .keepAlive(settings.keepAliveSeconds())
                .restrictions()
                .receiveMaximum(settings.receiveMaximum())
                .maximumPacketSize(settings.maximumPacketSize())
                .applyRestrictions();
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
        return connect.build();
    }

    private Message message(Mqtt5Publish publish) {
        return new Message(
                publish.getTopic().toString(),
                publish.getPayloadAsBytes(),
                publish.getQos().getCode(),
                publish.isRetain(),
                publish.getContentType().map(Object::toString).orElse(null),
                publish.getUserProperties().asList().stream()
                        .map(one -> new Message.Property(
                                one.getName().toString(), one.getValue().toString()))
                        .toList(),
                clock.millis());
    }
}
