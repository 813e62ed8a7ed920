package io.millrace.tests;

import io.millrace.local.StackAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import redis.clients.jedis.RedisClient;

/** The servers of a stack, as somebody reaches them who means to break something. Safe for use by several threads. */
final class StackHands {
    private final HttpClient http = HttpClient.newHttpClient();
    private final LocalStack stack;

    StackHands(LocalStack stack) {
        this.stack = stack;
    }

    LocalStack stack() {
        return stack;
    }

    /** Something that goes on beside the test until the stack is gone or it ends by itself. */
    static void meanwhile(StackFaults.Action action) {
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (Exception e) {
                // Most often what it works on is broken on purpose, or gone with the stack; else this is the only
                // trace.
                System.err.println("what went on meanwhile ended with " + e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Where a table of the lake is, as S3 keeps it. */
    Path table(String name) {
        return stack.state().resolve("data/s3/millrace/lake").resolve(name);
    }

    void signal(String service, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(stack.pid(service)))
                .start()
                .waitFor();
    }

    RedisClient redis() {
        return RedisClient.create(StackAddress.HOST, stack.address().redis());
    }

    void sql(String... statements) throws Exception {
        try (Connection shop = stack.shop();
                Statement statement = shop.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    String bootstrap() {
        return StackAddress.HOST + ":" + stack.address().kafka();
    }

    void send(String topic, String key, String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topic, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    /** An event of this time, from one of fifty users. */
    void event(Instant time) throws IOException, InterruptedException {
        post("{\"user_id\": \"u" + System.nanoTime() % 50 + "\", \"page\": \"/\", \"event_time\": \"" + time + "\"}");
    }

    /** Posts events to the collector. Whatever is answered: it may be stopped on purpose. */
    void post(String body) throws InterruptedException {
        post("/v1/events", body);
    }

    /** The same at another path of it. */
    void post(String path, String body) throws InterruptedException {
        try {
            request("POST", StackAddress.url(stack.address().httpSource()) + path, body);
        } catch (IOException e) {
            // It is down.
        }
    }

    /** A reading of a sensor. */
    void reading() throws InterruptedException {
        post("/v1/events/iot.readings", "{\"device\": \"d\", \"metric\": \"m\", \"value\": 1}");
    }

    /** Puts the first good record of a topic into it again, as if it came at another time. */
    void copyFirst(String topic, int times, Instant arrival) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap());
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Instant end = Instant.now().plusSeconds(20);
            while (Instant.now().isBefore(end)) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    // The wire format begins with a zero.
                    if (record.value() == null || record.value()[0] != 0) {
                        continue;
                    }
                    for (int i = 0; i < times; i++) {
                        producer.send(new ProducerRecord<>(
                                topic, record.partition(), arrival.toEpochMilli(), record.key(), record.value()));
                    }
                    producer.flush();
                    return;
                }
            }
        }
        throw new IllegalStateException("there is no good record in " + topic);
    }

    String connect(String method, String path, String body) throws IOException, InterruptedException {
        return request(method, StackAddress.url(stack.address().connect()) + path, body);
    }

    String request(String method, String url, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
