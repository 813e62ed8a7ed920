package io.millrace.connect.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The plugin directory in a real worker, between a real MQTT broker and a real Kafka. {@code -Dmqtt.messages=100000} makes
 * the flood larger.
 */
@Timeout(900)
class WorkerIT {
    private static final int MESSAGES = Integer.getInteger("mqtt.messages", 10_000);
    private static final int KILLS = 3;
    private static final int TASKS = 4;
    private static final Path FOLDER = Path.of("target", "it", "mqtt-" + System.nanoTime());

    private static KafkaServer kafka;
    private static MqttServer broker;
    private static Publisher device;

    @BeforeAll
    static void start() throws Exception {
        kafka = KafkaServer.start(FOLDER);
        broker = MqttServer.start(FOLDER);
        device = Publisher.connect(broker, "device");
    }

    @AfterAll
    static void stop() throws Exception {
        device.close();
        broker.close();
        kafka.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"disabled", "enabled"})
    void everyMessageIsInKafkaThoughTheWorkerIsKilledAndFourTasksShareTheLoad(String exactlyOnce) throws Exception {
        String topic = "flood-" + exactlyOnce;
        kafka.createTopic(topic, 2);
        try (ConnectWorker worker = worker(exactlyOnce)) {
            worker.run(topic, config(topic, TASKS));
            await().atMost(Duration.ofSeconds(120)).until(() -> count(worker.log(), "is subscribed to") >= TASKS);
            for (int kill = 0; kill <= KILLS; kill++) {
                if (kill > 0) {
                    worker.process().kill();
                }
                for (int i = MESSAGES * kill / (KILLS + 1); i < MESSAGES * (kill + 1) / (KILLS + 1); i++) {
                    device.stream(topic + "/s" + i % 100, "m" + i);
                }
                if (kill > 0) {
                    worker.start();
                    worker.awaitRunning(topic);
                }
                int seen = MESSAGES * kill / (KILLS + 1);
                await().atMost(Duration.ofSeconds(300))
                        .until(() -> kafka.read(topic).size() > seen);
            }
            device.awaitAcknowledged();
            Set<String> wanted =
                    IntStream.range(0, MESSAGES).mapToObj(i -> "m" + i).collect(Collectors.toSet());
            await().atMost(Duration.ofSeconds(MESSAGES > 10_000 ? 600 : 120)).untilAsserted(() -> {
                Set<String> missing = new HashSet<>(wanted);
                missing.removeAll(values(kafka.read(topic)));
                assertThat(missing).as("messages that are not in Kafka").isEmpty();
            });
            List<ConsumerRecord<String, String>> records = kafka.read(topic);
            Map<String, String> byId = new HashMap<>();
            records.forEach(record -> byId.put(header(record, Records.ID), record.value()));
            // Sizes and sets: a comparison element by element takes a square of 100,000 steps.
            assertThat(byId).as("each once, by its id").hasSize(MESSAGES);
            assertThat(Set.copyOf(byId.values())).as("each once, by its value").isEqualTo(wanted);
            Map<String, Integer> byTask = new TreeMap<>();
            records.forEach(record -> byTask.merge(header(record, Records.CLIENT), 1, Integer::sum));
            System.out.println(
                    topic + ": " + MESSAGES + " messages, " + records.size() + " records, by task " + byTask);
            assertThat(byTask).hasSize(TASKS).allSatisfy((task, share) -> assertThat(share)
                    .isGreaterThan(MESSAGES / TASKS / 10));
            worker.delete(topic);
        }
    }

    @Test
    void malformedMessagesAreSetAsideWithTheReasonAndTheRestKeepsTheContract() throws Exception {
        kafka.createTopic("readings", 1);
        kafka.createTopic("quarantine.readings", 1);
        Map<String, String> config = config("readings", 1);
        config.put("payload.format", "json");
        config.remove("value.converter");
        config.put("contract", "test.readings");
        config.put(
                "contracts.path", Path.of("src/test/contracts").toAbsolutePath().toString());
        config.put("payload.field", "value");
        config.put("payload.fields", "device=${mqtt.topic[1]}");
        config.put("quarantine.topic", "quarantine.readings");
        try (ConnectWorker worker = worker("enabled")) {
            worker.run("readings", config);
            await().atMost(Duration.ofSeconds(120)).until(() -> worker.log().contains("is subscribed to"));
            device.publish("readings/d1", 2, "{\"value\":21.5}");
            device.publish("readings/d2", 1, "-3");
            for (String bad : List.of("{\"value\":", "warm", "{\"value\":1,\"unit\":2}", "{} {}", "[1]", "")) {
                device.publish("readings/d3", 1, bad);
            }
            device.publish("readings/d4", 1, "{\"value\":4,\"event_id\":\"own\"}");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> kafka.read("readings").size() >= 3
                            && kafka.read("quarantine.readings").size() >= 6);
            List<ConsumerRecord<String, String>> good = kafka.read("readings");
            assertThat(good).extracting(ConsumerRecord::key).containsExactly("d1", "d2", "d4");
            assertThat(good.get(0).value()).contains("\"device\":\"d1\"", "\"value\":21.5");
            assertThat(good.get(0).value()).contains("\"event_id\":\"" + header(good.get(0), Records.ID) + "\"");
            assertThat(header(good.get(2), Records.ID)).isEqualTo("own");
            List<ConsumerRecord<String, String>> bad = kafka.read("quarantine.readings");
            assertThat(bad)
                    .hasSize(6)
                    .extracting(record -> header(record, Records.REASON))
                    .allSatisfy(reason -> assertThat(reason).isNotBlank());
            assertThat(header(bad.get(1), Records.FIELD)).isEqualTo("value");
            assertThat(header(bad.get(1), Records.REASON)).contains("must be").contains("warm");
            worker.delete("readings");
        }
    }

    private static ConnectWorker worker(String exactlyOnce) throws Exception {
        return ConnectWorker.start(
                FOLDER,
                kafka,
                ConnectWorker.Options.plugins(Built.plugin("mqtt-source"))
                        .with(Map.of("exactly.once.source.support", exactlyOnce)));
    }

    private static Map<String, String> config(String topic, int tasks) {
        return new HashMap<>(Map.of(
                "connector.class",
                MqttSourceConnector.class.getName(),
                "tasks.max",
                Integer.toString(tasks),
                "mqtt.uri",
                broker.url(),
                "mqtt.topics",
                topic + "/#",
                "topic",
                topic,
                "payload.format",
                "string",
                "value.converter",
                "org.apache.kafka.connect.storage.StringConverter"));
    }

    private static Set<String> values(List<ConsumerRecord<String, String>> records) {
        Set<String> values = new HashSet<>();
        records.forEach(record -> values.add(record.value()));
        return values;
    }

    private static long count(String text, String part) {
        return text.lines().filter(line -> line.contains(part)).count();
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        return record.headers().lastHeader(name) == null
                ? ""
                : new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
