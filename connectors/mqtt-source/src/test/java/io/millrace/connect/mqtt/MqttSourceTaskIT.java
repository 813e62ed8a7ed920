package io.millrace.connect.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.millrace.testing.Ports;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A task before a real broker; the worker is stood in for, so that each step can be had one by one. */
@Timeout(180)
class MqttSourceTaskIT {
    @TempDir
    static Path folder;

    private static MqttServer broker;
    private static Publisher device;

    private final Map<Map<String, ?>, Map<String, Object>> offsets = new HashMap<>();
    /** Each test has topics and a client of its own. */
    private String root;

    private Map<String, String> config;

    @BeforeAll
    static void start() throws Exception {
        broker = MqttServer.start(folder);
        device = Publisher.connect(broker, "device");
    }

    @AfterAll
    static void stop() throws Exception {
        device.close();
        broker.close();
    }

    @BeforeEach
    void config() {
        root = "t" + UUID.randomUUID().toString().substring(0, 8);
        config = TaskDriver.config(broker.url(), root + "/#");
        config.put("mqtt.client.id", root);
    }

    @ParameterizedTest
    @CsvSource({"5, 1", "5, 2", "3.1.1, 1", "3.1.1, 2"})
    void whatKafkaDoesNotHaveIsSentAgainToTheNextTaskAndWhatItHasIsNot(String version, int qos) throws Exception {
        config.put("mqtt.version", version);
        config.put("mqtt.qos", Integer.toString(qos));
        try (TaskDriver first = subscribed()) {
            device.publish(root + "/a", qos, "stored");
            first.fetch(1);
            first.store();
            device.publish(root + "/a", qos, "fetched");
            first.fetch(1);
        }
        device.publish(root + "/a", qos, "offline");
        try (TaskDriver second = driver()) {
            List<SourceRecord> records = new ArrayList<>();
            while (records.size() < 2) {
                records.addAll(second.fetch(1));
                second.store();
            }
            assertThat(TaskDriver.values(records)).containsExactly("fetched", "offline");
            assertThat(TaskDriver.header(records.get(0), Records.QOS)).isEqualTo(Integer.toString(qos));
            assertThat(second.rest()).isEmpty();
        }
    }

    @Test
    void aMessageThatComesTwiceHasTheSameIdAndOffsetsNeverRepeat() throws Exception {
        String id;
        Object sequence;
        try (TaskDriver first = subscribed()) {
            device.publish(root + "/a", 1, "reading");
            SourceRecord record = first.fetch(1).get(0);
            id = TaskDriver.header(record, Records.ID);
            sequence = record.sourceOffset().get("sequence");
            offsets.put(record.sourcePartition(), new HashMap<>(record.sourceOffset()));
        }
        try (TaskDriver second = driver()) {
            SourceRecord record = second.fetch(1).get(0);
            assertThat(TaskDriver.header(record, Records.ID)).isEqualTo(id);
            assertThat(record.sourceOffset().get("sequence")).isNotEqualTo(sequence);
        }
    }

    @Test
    void headersSayWhereAMessageComesFrom() throws Exception {
        config.put("event.id", "${property.id}");
        config.put("topic", "iot.${mqtt.topic[1]}");
        config.put("key", "${mqtt.topic[2]}");
        try (TaskDriver task = subscribed()) {
            device.send(Mqtt5Publish.builder()
                            .topic(root + "/hall/t1")
                            .qos(MqttQos.AT_LEAST_ONCE)
                            .contentType("text/plain")
                            .userProperties()
                            .add("id", "m-1")
                            .applyUserProperties()
                            .payload("21.5".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            .build())
                    .get(60, TimeUnit.SECONDS);
            SourceRecord record = task.fetch(1).get(0);
            assertThat(record.topic()).isEqualTo("iot.hall");
            assertThat(record.key()).isEqualTo("t1");
            assertThat(TaskDriver.header(record, Records.ID)).isEqualTo("m-1");
            assertThat(TaskDriver.header(record, Records.MQTT_TOPIC)).isEqualTo(root + "/hall/t1");
            assertThat(TaskDriver.header(record, Records.CONTENT_TYPE)).isEqualTo("text/plain");
            assertThat(TaskDriver.header(record, Records.PROPERTY + "id")).isEqualTo("m-1");
            assertThat(TaskDriver.header(record, Records.RETAINED)).isEqualTo("false");
            assertThat(TaskDriver.header(record, Records.RECEIVED_AT)).isEqualTo(String.valueOf(record.timestamp()));
        }
    }

    @Test
    void theBrokerSendsNoMoreThanTheReceiveMaximumBeforeKafkaHasSome() throws Exception {
        config.put("receive.maximum", "10");
        subscribed().close();
        for (int i = 0; i < 50; i++) {
            device.publish(root + "/a", 1, "m" + i);
        }
        try (TaskDriver task = driver()) {
            assertThat(task.fetch(10)).hasSize(10);
            assertThat(task.rest()).isEmpty();
            assertThat(metric("in-flight").longValue()).isEqualTo(10);
            List<SourceRecord> all = new ArrayList<>();
            while (all.size() < 40) {
                task.store();
                all.addAll(task.fetch(1));
            }
            assertThat(TaskDriver.values(all)).hasSize(40).startsWith("m10").endsWith("m49");
        }
    }

    @Test
    void filtersThatAreNotWantedAnyMoreAreGivenUp() throws Exception {
        config.put("mqtt.topics", root + "/old," + root + "/both");
        try (TaskDriver first = subscribed()) {
            device.publish(root + "/old", 1, "1");
            first.fetch(1);
            first.store();
        }
        config.put("mqtt.topics", root + "/both," + root + "/new");
        try (TaskDriver second = driver()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                device.publish(root + "/new", 1, "new");
                device.publish(root + "/old", 1, "old");
                Set<String> values = new HashSet<>(TaskDriver.values(second.fetch(1)));
                values.addAll(TaskDriver.values(second.rest()));
                second.store();
                return values.equals(Set.of("new"));
            });
        }
    }

    @Test
    void aBrokerThatIsKilledIsWaitedForAndLosesNothing() throws Exception {
        try (MqttServer mortal = MqttServer.start(folder);
                Publisher publisher = Publisher.connect(mortal, "mortals-device")) {
            config.put("mqtt.uri", mortal.url());
            try (TaskDriver task = subscribed(publisher)) {
                Set<String> seen = new HashSet<>();
                Set<String> published = new HashSet<>();
                for (int round = 0; round < 3; round++) {
                    for (int i = 0; i < 200; i++) {
                        String value = round + "-" + i;
                        publisher.stream(root + "/a", value);
                        published.add(value);
                    }
                    publisher.awaitAcknowledged();
                    seen.addAll(TaskDriver.values(task.fetch(1)));
                    mortal.process().kill();
                    await().atMost(Duration.ofSeconds(60)).until(() -> {
                        task.rest();
                        return metric("connected").intValue() == 0;
                    });
                    task.store();
                    mortal.start();
                }
                await().atMost(Duration.ofSeconds(90)).until(() -> {
                    seen.addAll(TaskDriver.values(task.rest()));
                    task.store();
                    return seen.containsAll(published);
                });
                assertThat(metric("disconnects-total").intValue()).isGreaterThanOrEqualTo(3);
            }
        }
    }

    @Test
    void aBrokerThatIsNotThereYetIsWaitedFor() throws Exception {
        config.put("mqtt.uri", "mqtt://127.0.0.1:" + Ports.free());
        config.put("retry.backoff.max.ms", "50");
        try (TaskDriver task = driver()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                assertThat(task.task().poll()).isEmpty();
                return metric("disconnects-total").intValue() > 3;
            });
            assertThat(metric("outage-ms").longValue()).isPositive();
        }
    }

    @Test
    void theStatusTopicSaysWhetherATaskIsConnected() throws Exception {
        config.put("mqtt.status.topic", "status/" + root);
        LinkedBlockingQueue<String> states = new LinkedBlockingQueue<>();
        device.client()
                .subscribeWith()
                .topicFilter("status/" + root + "/+")
                .callback(message -> states.add(message.getTopic() + " " + new String(message.getPayloadAsBytes())))
                .send()
                .get(60, TimeUnit.SECONDS);
        try (TaskDriver task = subscribed()) {
            assertThat(states.poll(60, TimeUnit.SECONDS)).isEqualTo("status/" + root + "/0 online");
        }
        assertThat(states.poll(60, TimeUnit.SECONDS)).isEqualTo("status/" + root + "/0 offline");
    }

    @Test
    void aSecondClientWithTheSameIdIsToldOfByTheFirst() throws Exception {
        try (TaskDriver first = subscribed();
                TaskDriver second = driver()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                second.task().poll();
                try {
                    first.task().poll();
                    return false;
                } catch (org.apache.kafka.connect.errors.ConnectException told) {
                    assertThat(told).hasMessageContaining("mqtt.client.id").hasMessageContaining("same client id");
                    return true;
                }
            });
        }
    }

    @Test
    void aTransactionInWhichEveryRecordIsDroppedDoesNotStopTheBroker() throws Exception {
        config.put("receive.maximum", "5");
        config.put("exactly.once.support", "required");
        try (TaskDriver task = subscribed()) {
            for (int i = 0; i < 20; i++) {
                device.publish(root + "/a", 1, "m" + i);
            }
            // A worker whose transform drops all of them says nothing, and polls again.
            assertThat(TaskDriver.values(task.fetch(20))).hasSize(20).endsWith("m19");
        }
    }

    private TaskDriver driver() {
        return new TaskDriver(config, offsets);
    }

    /** A task whose subscription the broker has: a message of QoS 1 has come through. */
    private TaskDriver subscribed() throws Exception {
        return subscribed(device);
    }

    private TaskDriver subscribed(Publisher publisher) throws Exception {
        TaskDriver task = driver();
        String filter = config.get("mqtt.topics").split(",")[0];
        String topic = filter.replace("#", "ready/ready");
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            publisher.publish(topic, 1, "ready");
            return !task.rest().isEmpty();
        });
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            task.store();
            return task.rest().isEmpty();
        });
        return task;
    }

    private static Number metric(String name) throws Exception {
        return (Number) ManagementFactory.getPlatformMBeanServer()
                .getAttribute(
                        new ObjectName("io.millrace.connect:type=mqtt-source,connector=\"devices\",task=\"0\""), name);
    }
}
