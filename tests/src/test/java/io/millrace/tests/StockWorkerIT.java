package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.millrace.local.StackAddress;
import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import io.millrace.testing.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * The plugin archives as they are handed out, unpacked beside each other into the plugin.path of a worker of Apache Kafka
 * that has nothing else of ours and finds plugins in its default way: each is listed with its version, and a record flows.
 */
class StockWorkerIT {
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<String, String> CLASSES = Map.of(
            "http-source", "io.millrace.connect.http.HttpSourceConnector",
            "mqtt-source", "io.millrace.connect.mqtt.MqttSourceConnector",
            "file-source", "io.millrace.connect.file.FileSourceConnector",
            "jdbc-source", "io.millrace.connect.jdbc.JdbcSourceConnector",
            "redis-sink", "io.millrace.connect.redis.RedisSinkConnector",
            "elasticsearch-sink", "io.millrace.connect.elasticsearch.ElasticsearchSinkConnector");

    @TempDir
    private static Path folder;

    private static Path plugins;
    private static LocalStack servers;
    private static KafkaServer kafka;

    @BeforeAll
    static void start() throws Exception {
        plugins = Files.createDirectory(folder.resolve("plugins"));
        for (String connector : CLASSES.keySet()) {
            Unzip.into(plugins, archive(connector));
        }
        servers = LocalStack.start(folder.resolve("state"), 27300, "--services", "redis,elasticsearch,mqtt");
        kafka = KafkaServer.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (kafka != null) {
            kafka.close();
        }
        if (servers != null) {
            servers.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.9", "4.3"})
    void everyArchiveIsAPluginOfAStockWorkerAndARecordFlows(String version) throws Exception {
        try (ConnectWorker worker = ConnectWorker.start(
                folder,
                kafka,
                ConnectWorker.Options.plugins(plugins)
                        .onClassPath(classPath(version))
                        // Apache's defaults, which ConnectWorker replaces.
                        .with(Map.of("plugin.discovery", "hybrid_warn", "exactly.once.source.support", "enabled")))) {
            assertThat(JSON.readTree(worker.request("GET", "/", "").body())
                            .path("version")
                            .asText())
                    .startsWith(version + ".");
            everyConnectorIsListedWithItsVersion(worker);
            http(worker, version);
            files(worker, version);
            rows(worker, version);
            messages(worker, version);
            redis(worker, version);
            elasticsearch(worker, version);
        }
    }

    private static void everyConnectorIsListedWithItsVersion(ConnectWorker worker) throws Exception {
        Map<String, String> listed = new HashMap<>();
        for (JsonNode plugin :
                JSON.readTree(worker.request("GET", "/connector-plugins", "").body())) {
            listed.put(plugin.path("class").asText(), plugin.path("version").asText());
        }
        String version = version();
        assertThat(listed)
                .containsAllEntriesOf(
                        CLASSES.values().stream().collect(Collectors.toMap(name -> name, name -> version)));
    }

    private static void http(ConnectWorker worker, String version) throws Exception {
        int port = Ports.free();
        createOnce("web.events");
        worker.run("http-" + version, config("http-source", Map.of("port", "" + port, "topic", "web.events")));
        String id = "stock-" + version;
        String event = "{\"event_id\": \"" + id + "\", \"user_id\": \"u-1\", \"page\": \"/\","
                + " \"event_time\": \"2026-11-01T12:00:00Z\"}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(StackAddress.url(port) + "/v1/events"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(event))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(values("web.events")).filteredOn(value -> value.contains(id)).hasSize(1);
        worker.delete("http-" + version);
    }

    private static void files(ConnectWorker worker, String version) throws Exception {
        Path in = Files.createDirectory(folder.resolve("in-" + version));
        Files.writeString(in.resolve("lines.txt"), "first\nsecond\n");
        String topic = "lines-" + version;
        kafka.createTopic(topic, 1);
        worker.run(
                topic,
                config(
                        "file-source",
                        Map.of(
                                "location",
                                in.toString(),
                                "format",
                                "lines",
                                "topic",
                                topic,
                                "value.converter",
                                "org.apache.kafka.connect.storage.StringConverter")));
        await().atMost(LONG).untilAsserted(() -> assertThat(values(topic)).containsExactly("first", "second"));
        worker.delete(topic);
    }

    private static void rows(ConnectWorker worker, String version) throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("shop-" + version + ".db");
        try (Connection database = DriverManager.getConnection(url);
                Statement statement = database.createStatement()) {
            statement.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY NOT NULL, status TEXT)");
            statement.execute("INSERT INTO orders VALUES (1, 'paid'), (2, 'new')");
        }
        String prefix = "rows-" + version + "-";
        kafka.createTopic(prefix + "orders", 1);
        worker.run(
                "rows-" + version,
                config(
                        "jdbc-source",
                        Map.of(
                                "connection.url", url,
                                "table.whitelist", "orders",
                                "mode", "incrementing",
                                "incrementing.column.name", "id",
                                "topic.prefix", prefix)));
        await().atMost(LONG).untilAsserted(() -> assertThat(values(prefix + "orders").stream()
                        .map(StockWorkerIT::status)
                        .toList())
                .containsExactly("paid", "new"));
        worker.delete("rows-" + version);
    }

    private static void messages(ConnectWorker worker, String version) throws Exception {
        String topic = "messages-" + version;
        kafka.createTopic(topic, 1);
        worker.run(
                topic,
                config(
                        "mqtt-source",
                        Map.of(
                                "mqtt.uri",
                                "mqtt://127.0.0.1:" + servers.address().mqtt(),
                                "mqtt.topics",
                                topic + "/#",
                                "topic",
                                topic,
                                "payload.format",
                                "string",
                                "value.converter",
                                "org.apache.kafka.connect.storage.StringConverter")));
        Mqtt5BlockingClient device = Mqtt5Client.builder()
                .serverHost(StackAddress.HOST)
                .serverPort(servers.address().mqtt())
                .buildBlocking();
        device.connect();
        // A task that runs may still be on its way to its subscription, and a broker keeps nothing for a stranger.
        await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(() -> {
            device.publishWith()
                    .topic(topic + "/d1")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("21.5".getBytes(StandardCharsets.UTF_8))
                    .send();
            return values(topic).contains("21.5");
        });
        device.disconnect();
        worker.delete(topic);
    }

    private static void redis(ConnectWorker worker, String version) throws Exception {
        String topic = "to-redis-" + version;
        kafka.createTopic(topic, 1);
        produce(topic, "4711", "{\"status\": \"paid\"}");
        worker.run(
                topic,
                config(
                        "redis-sink",
                        Map.of(
                                "topics",
                                topic,
                                "redis.uri",
                                "redis://127.0.0.1:" + servers.address().redis())));
        try (Jedis jedis = new Jedis(StackAddress.HOST, servers.address().redis())) {
            await().atMost(LONG).untilAsserted(() -> assertThat(jedis.hgetAll(topic + ":4711"))
                    .isEqualTo(Map.of("status", "paid")));
        }
        worker.delete(topic);
    }

    private static void elasticsearch(ConnectWorker worker, String version) throws Exception {
        String topic = "to-elasticsearch-" + version;
        kafka.createTopic(topic, 1);
        produce(topic, "4711", "{\"status\": \"paid\"}");
        worker.run(
                topic,
                config(
                        "elasticsearch-sink",
                        Map.of(
                                "topics",
                                topic,
                                "elasticsearch.url",
                                StackAddress.url(servers.address().elasticsearch()))));
        await().atMost(LONG).untilAsserted(() -> {
            JsonNode hits = servers.search(topic, "{}").at("/hits/hits");
            assertThat(hits).hasSize(1);
            assertThat(hits.at("/0/_source/status").asText()).isEqualTo("paid");
        });
        worker.delete(topic);
    }

    private static Map<String, String> config(String connector, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("connector.class", CLASSES.get(connector));
        all.put("tasks.max", "1");
        return all;
    }

    private static void produce(String topic, String key, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrap()), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }
    }

    private static void createOnce(String topic) throws Exception {
        if (!kafka.admin().listTopics().names().get().contains(topic)) {
            kafka.createTopic(topic, 1);
        }
    }

    private static List<String> values(String topic) {
        return kafka.read(topic).stream().map(ConsumerRecord::value).toList();
    }

    private static String status(String row) {
        try {
            return JSON.readTree(row).path("status").asText();
        } catch (IOException e) {
            throw new IllegalStateException(row, e);
        }
    }

    /** A worker's own jars: what the build has resolved, without the one class of ours that starts a broker. */
    private static String classPath(String version) throws IOException {
        String all = version.equals("4.3")
                ? Built.kafkaClassPath()
                : Files.readString(
                                Built.checkout().resolve("connectors/redis-sink/older-worker/target/runtime.classpath"))
                        .strip();
        String stock = Stream.of(all.split(":"))
                .filter(jar -> !jar.contains("millrace"))
                .collect(Collectors.joining(":"));
        assertThat(stock).contains("connect-runtime-" + version);
        return stock;
    }

    private static String version() throws IOException {
        Set<String> versions = new TreeSet<>();
        for (String connector : CLASSES.keySet()) {
            String name = archive(connector).getFileName().toString();
            versions.add(name.substring(("millrace-" + connector + "-").length(), name.length() - ".zip".length()));
        }
        assertThat(versions).hasSize(1);
        return versions.iterator().next();
    }

    private static Path archive(String connector) throws IOException {
        Path target = Built.checkout().resolve("connectors").resolve(connector).resolve("target");
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches("millrace-.*\\.zip"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no archive in " + target + "; run ./mvnw package"));
        }
    }
}
