package io.millrace.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.StackAddress;
import io.millrace.local.bench.Probe.Place;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;

/** Looks for probes in topics and stores, all the time, until it is closed. */
final class Places implements AutoCloseable {
    private static final String ENRICHED = "web.enriched";
    private static final String MINUTES = "serving.requests_per_minute";
    private static final String SESSIONS = "serving.sessions";
    /** In nanoseconds. Looking more often is more exact, and takes from the servers what it measures. */
    private static final long LOOK_EVERY = 100_000_000;

    /** A row that stores will have, and where it was seen when they have it. */
    private record Wanted(Probe probe, String topic, String key, Place redis, Place byId, Place search) {}

    private final StackAddress address;
    private final String prefix;
    private final Map<String, Probe> probes = new ConcurrentHashMap<>();
    private final Map<String, Wanted> inRedis = new ConcurrentHashMap<>();
    private final Map<String, Wanted> byId = new ConcurrentHashMap<>();
    private final Map<String, Wanted> bySearch = new ConcurrentHashMap<>();
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    Places(StackAddress address, String run) {
        this.address = address;
        this.prefix = "probe-" + run + "-";
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        StackAddress.HOST + ":" + address.kafka(),
                        "isolation.level",
                        "read_committed",
                        "fetch.max.wait.ms",
                        100,
                        "fetch.min.bytes",
                        1_000_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(ENRICHED, MINUTES, SESSIONS)) {
            consumer.partitionsFor(topic).forEach(each -> partitions.add(new TopicPartition(topic, each.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        threads.submit(this::readTopics);
        threads.submit(this::readRedis);
        threads.submit(() -> readElasticsearch(byId, this::byId));
        threads.submit(() -> readElasticsearch(bySearch, this::bySearch));
    }

    void expect(Probe probe) {
        probes.put(probe.name(), probe);
    }

    void forget(Probe probe) {
        probes.remove(probe.name());
    }

    /** Whether a probe has not been seen everywhere. */
    boolean isMissing() {
        return probes.values().stream().anyMatch(Probe::isMissing);
    }

    private void readTopics() {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                if (record.key() != null) {
                    seen(record.topic(), new String(record.key(), StandardCharsets.UTF_8), System.nanoTime());
                }
            }
        }
    }

    private void seen(String topic, String key, long now) {
        Probe probe = key.startsWith(prefix) ? probes.get(key.split("\\|", 2)[0]) : null;
        if (probe == null) {
            return;
        }
        switch (topic) {
            case ENRICHED -> probe.seen(Place.ENRICHED, now);
            case MINUTES -> {
                probe.seen(Place.MINUTES_TOPIC, now);
                want(new Wanted(
                        probe, topic, key, Place.MINUTES_REDIS, Place.MINUTES_ELASTICSEARCH, Place.MINUTES_SEARCH));
            }
            default -> {
                probe.seen(Place.SESSIONS_TOPIC, now);
                want(new Wanted(
                        probe, topic, key, Place.SESSIONS_REDIS, Place.SESSIONS_ELASTICSEARCH, Place.SESSIONS_SEARCH));
            }
        }
    }

    private void want(Wanted wanted) {
        String name = wanted.topic() + ":" + wanted.key();
        if (!wanted.probe().isSeen(wanted.redis())) {
            inRedis.putIfAbsent(name, wanted);
            byId.putIfAbsent(name, wanted);
            bySearch.putIfAbsent(name, wanted);
        }
    }

    private void readRedis() {
        try (RedisClient redis = RedisClient.create(StackAddress.HOST, address.redis())) {
            while (!closed) {
                Map<String, Response<Boolean>> answers = new ConcurrentHashMap<>();
                try (AbstractPipeline pipeline = redis.pipelined()) {
                    inRedis.keySet().forEach(key -> answers.put(key, pipeline.exists(key)));
                }
                long now = System.nanoTime();
                answers.forEach((key, answer) -> {
                    if (answer.get()) {
                        Wanted found = inRedis.remove(key);
                        found.probe().seen(found.redis(), now);
                    }
                });
                LockSupport.parkNanos(LOOK_EVERY);
            }
        }
    }

    private interface Question {
        void ask(List<Wanted> wanted) throws IOException, InterruptedException;
    }

    private void readElasticsearch(Map<String, Wanted> open, Question question) {
        try {
            while (!closed) {
                if (!open.isEmpty()) {
                    question.ask(List.copyOf(open.values()));
                }
                LockSupport.parkNanos(2 * LOOK_EVERY);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot ask Elasticsearch: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void byId(List<Wanted> wanted) throws IOException, InterruptedException {
        ObjectNode body = json.createObjectNode();
        ArrayNode docs = body.putArray("docs");
        for (Wanted each : wanted) {
            docs.addObject().put("_index", each.topic()).put("_id", each.key()).put("_source", false);
        }
        JsonNode answer = post("/_mget", body);
        long now = System.nanoTime();
        for (JsonNode doc : answer.path("docs")) {
            if (doc.path("found").asBoolean()) {
                Wanted found = byId.remove(name(wanted, doc));
                if (found != null) {
                    found.probe().seen(found.byId(), now);
                }
            }
        }
    }

    private void bySearch(List<Wanted> wanted) throws IOException, InterruptedException {
        for (String index : List.of(MINUTES, SESSIONS)) {
            ObjectNode body = json.createObjectNode().put("size", 10_000).put("_source", false);
            ArrayNode ids = body.putObject("query").putObject("ids").putArray("values");
            wanted.stream()
                    .filter(each -> each.topic().equals(index))
                    .map(Wanted::key)
                    .forEach(ids::add);
            if (ids.isEmpty()) {
                continue;
            }
            JsonNode answer = post("/" + index + "/_search", body);
            long now = System.nanoTime();
            for (JsonNode hit : answer.at("/hits/hits")) {
                Wanted found = bySearch.remove(index + ":" + hit.path("_id").asText());
                if (found != null) {
                    found.probe().seen(found.search(), now);
                }
            }
        }
    }

    /** The answer names the index behind an alias, so what was asked for tells which it is. */
    private static String name(List<Wanted> wanted, JsonNode doc) {
        String id = doc.path("_id").asText();
        return wanted.stream()
                .filter(each -> each.key().equals(id))
                .map(each -> each.topic() + ":" + each.key())
                .findFirst()
                .orElse("");
    }

    private JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(StackAddress.url(address.elasticsearch()) + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        return json.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body());
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        threads.shutdown();
        threads.awaitTermination(10, TimeUnit.SECONDS);
        consumer.close();
    }
}
