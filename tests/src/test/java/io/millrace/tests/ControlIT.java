package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.StackAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The control tool on real servers that hold nothing at first, through the launcher: what is declared is planned, applied
 * once, kept, and put back when a change breaks it. Each test goes on from where the one before it ended.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ControlIT {
    private static final int PORT_BASE = 27800;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SECRET = "open-sesame-4711";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    static Path folder;

    private static LocalStack stack;
    private static Path connectors;

    @BeforeAll
    static void startServersThatHoldNothing() throws IOException {
        stack = LocalStack.start(
                folder.resolve("state"), PORT_BASE, "--empty", "--services", "kafka,registry,connect,postgres,redis");
        connectors = Files.createDirectory(folder.resolve("connectors"));
        for (String name : List.of("web-http", "shop-cdc", "serving-redis")) {
            Path file = LocalStack.repositoryRoot().resolve("connect-configs/connectors/" + name + ".json");
            Files.copy(file, connectors.resolve(name + ".json"));
        }
        Files.writeString(
                stack.state().resolve("secrets/redis.properties"), "wrong=redis://:" + SECRET + "@127.0.0.1:1\n");
    }

    @AfterAll
    static void stop() throws Exception {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    @Order(1)
    void planAndApplyBringAnEmptyClusterToWhatIsDeclaredAndThenThereIsNothingToDo() throws Exception {
        LocalStack.Result plan = stack.run("plan", connectors.toString());
        assertThat(plan.exitCode()).as(plan.output()).isEqualTo(3);
        assertThat(plan.output()).contains("web.events", "web-http", "shop-cdc", "serving-redis");
        assertThat(names()).as("a plan changes nothing").isEmpty();

        LocalStack.Result apply = stack.run("apply", connectors.toString(), "--yes");
        assertThat(apply.exitCode()).as(apply.output()).isZero();
        assertThat(names()).containsExactlyInAnyOrder("web-http", "shop-cdc", "serving-redis");
        assertThat(stack.post(event()).statusCode()).isEqualTo(200);

        LocalStack.Result again = stack.run("plan", connectors.toString());
        assertThat(again.exitCode()).as(again.output()).isZero();
    }

    @Test
    @Order(2)
    void aSecondApplySendsNothing() throws Exception {
        long before = writes();
        LocalStack.Result apply = stack.run("apply", connectors.toString(), "--yes");
        assertThat(apply.exitCode()).as(apply.output()).isZero();
        assertThat(writes())
                .as("requests of the worker's own log that change something")
                .isEqualTo(before);
    }

    @Test
    @Order(3)
    void oneChangedKeyRestartsOneConnectorAndKeepsItsOffsets() throws Exception {
        long before = writes();
        set("serving-redis", "consumer.override.max.poll.records", "1500");

        LocalStack.Result plan = stack.run("plan", connectors.toString());
        assertThat(plan.exitCode()).as(plan.output()).isEqualTo(3);
        assertThat(plan.output()).contains("serving-redis", "2000", "1500").doesNotContain("+ web-http");

        LocalStack.Result apply = stack.run("apply", connectors.toString(), "--yes");
        assertThat(apply.exitCode()).as(apply.output()).isZero();
        assertThat(config("serving-redis")
                        .path("consumer.override.max.poll.records")
                        .asText())
                .isEqualTo("1500");
        assertThat(log("\"PUT /connectors/serving-redis/config")).isPositive();
        assertThat(writes() - before).as("nothing else was touched").isEqualTo(1);
    }

    @Test
    @Order(4)
    void aChangeThatWouldBreakAConnectorIsNotLeftInPlaceAndThePipelineGoesOn() throws Exception {
        JsonNode good = config("serving-redis");
        String uri = declared("serving-redis").at("/config/redis.uri").asText();
        set("serving-redis", "redis.uri", "${file:" + stack.state().resolve("secrets/redis.properties") + ":wrong}");

        LocalStack.Result apply = stack.run("apply", connectors.toString(), "--yes");

        assertThat(apply.exitCode()).as(apply.output()).isEqualTo(1);
        assertThat(apply.output()).contains("serving-redis").doesNotContain(SECRET);
        assertThat(config("serving-redis")).isEqualTo(good);
        await().atMost(SOON).untilAsserted(() -> assertThat(states()).hasSize(3).containsOnly("RUNNING"));
        assertThat(stack.post(event()).statusCode()).isEqualTo(200);
        set("serving-redis", "redis.uri", uri);
    }

    /** The plugin finds nothing wrong, the task starts for seconds, and only then it fails. */
    @Test
    @Order(4)
    void aConnectorThatFailsLateInItsStartIsPutBackToo() throws Exception {
        JsonNode good = config("web-http");
        String port = declared("web-http").at("/config/port").asText();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            set("web-http", "port", Integer.toString(taken.getLocalPort()));
            LocalStack.Result apply = stack.run("apply", connectors.toString(), "--yes");
            assertThat(apply.exitCode()).as(apply.output()).isEqualTo(1);
            assertThat(apply.output()).contains("web-http", Integer.toString(taken.getLocalPort()));
        }
        assertThat(config("web-http")).isEqualTo(good);
        await().atMost(SOON).untilAsserted(() -> assertThat(stack.post(event()).statusCode())
                .isEqualTo(200));
        set("web-http", "port", port);
    }

    @Test
    @Order(5)
    void aForeignConnectorIsShownAndNeverDeleted() throws Exception {
        ObjectNode foreign = (ObjectNode) config("serving-redis").deepCopy();
        foreign.remove(List.of("millrace.owner", "millrace.applied"));
        foreign.put("name", "by-hand").put("topics", "serving.orders");
        assertThat(put("/connectors/by-hand/config", foreign).statusCode()).isEqualTo(201);

        LocalStack.Result plan = stack.run("plan", connectors.toString(), "--prune");
        assertThat(plan.output()).contains("by-hand").containsIgnoringCase("foreign");
        LocalStack.Result apply = stack.run("apply", connectors.toString(), "--prune", "--yes");
        assertThat(apply.exitCode()).as(apply.output()).isZero();
        assertThat(names()).contains("by-hand");
    }

    @Test
    @Order(6)
    void aKeyChangedByHandIsDrift() throws Exception {
        ObjectNode changed = (ObjectNode) config("serving-redis").deepCopy();
        changed.put("consumer.override.max.poll.records", "7");
        assertThat(put("/connectors/serving-redis/config", changed).statusCode())
                .isEqualTo(200);

        LocalStack.Result drift = stack.run("drift", connectors.toString());
        assertThat(drift.exitCode()).as(drift.output()).isEqualTo(3);
        assertThat(drift.output()).contains("serving-redis", "consumer.override.max.poll.records", "7", "1500");

        assertThat(stack.run("apply", connectors.toString(), "--yes").exitCode())
                .isZero();
        LocalStack.Result after = stack.run("drift", connectors.toString());
        assertThat(after.exitCode()).as(after.output()).isZero();
    }

    @Test
    @Order(7)
    void whatIsNoLongerDeclaredIsDeletedOnlyWithPrune() throws Exception {
        Files.move(connectors.resolve("serving-redis.json"), folder.resolve("serving-redis.json"));
        assertThat(stack.run("apply", connectors.toString(), "--yes").exitCode())
                .isZero();
        assertThat(names()).contains("serving-redis");

        LocalStack.Result pruned = stack.run("apply", connectors.toString(), "--prune", "--yes");
        assertThat(pruned.exitCode()).as(pruned.output()).isZero();
        assertThat(names()).containsExactlyInAnyOrder("web-http", "shop-cdc", "by-hand");

        Files.move(folder.resolve("serving-redis.json"), connectors.resolve("serving-redis.json"));
        assertThat(stack.run("apply", connectors.toString(), "--yes").exitCode())
                .isZero();
        assertThat(names()).contains("serving-redis");
    }

    @Test
    @Order(8)
    void aLiteralSecretIsRefusedAndNoSecretIsEverPrintedOrKept() throws Exception {
        String password = declared("shop-cdc").at("/config/database.password").asText();
        set("shop-cdc", "database.password", SECRET);
        LocalStack.Result plan = stack.run(
                "plan",
                connectors.toString(),
                "--out",
                folder.resolve("plan.json").toString());
        assertThat(plan.exitCode()).as(plan.output()).isEqualTo(2);
        assertThat(plan.output()).contains("shop-cdc.json", "database.password").doesNotContain(SECRET);
        set("shop-cdc", "database.password", password);

        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.(log|json)"))
                    .toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(SECRET);
            }
        }
    }

    private static String event() {
        return """
                {"event_id": "%s", "event_time": "%s", "site": "test", "user_id": "u1", "page": "/"}"""
                .formatted(UUID.randomUUID(), Instant.now());
    }

    private static ObjectNode declared(String name) throws IOException {
        return (ObjectNode) JSON.readTree(connectors.resolve(name + ".json").toFile());
    }

    private static void set(String name, String key, String value) throws IOException {
        ObjectNode file = declared(name);
        ((ObjectNode) file.get("config")).put(key, value);
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(connectors.resolve(name + ".json").toFile(), file);
    }

    private static List<String> names() throws Exception {
        return JSON.convertValue(
                get("/connectors"), JSON.getTypeFactory().constructCollectionType(List.class, String.class));
    }

    private static List<String> states() throws Exception {
        return Stream.of("web-http", "shop-cdc", "serving-redis")
                .map(name -> get("/connectors/" + name + "/status"))
                .map(status -> status.path("tasks").path(0).path("state").asText())
                .toList();
    }

    private static JsonNode config(String name) {
        return get("/connectors/" + name + "/config");
    }

    private static JsonNode get(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(worker(path)).build();
            return JSON.readTree(
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> put(String path, JsonNode body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(worker(path))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static URI worker(String path) {
        return URI.create(StackAddress.url(stack.address().connect()) + path);
    }

    /** Requests in the worker's log that change a connector. */
    private static long writes() throws IOException {
        return log("\"(PUT|POST|PATCH|DELETE) /connectors(/[^ ?]*)?[ ?]");
    }

    private static long log(String pattern) throws IOException {
        try (Stream<String> lines = Files.lines(stack.state().resolve("logs/connect.log"))) {
            return lines.filter(line -> line.matches(".*" + pattern + ".*")).count();
        }
    }
}
