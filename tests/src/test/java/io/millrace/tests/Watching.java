package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.millrace.local.StackAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What watches the stack, watched: on the stack of another test, as starting one takes long. */
final class Watching {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A metric with its matchers, as it stands in an expression. */
    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:millrace|kafka|debezium)_\\w+)(\\{[^}]*})?|\\bup\\b(\\{[^}]*})?");

    private final LocalStack stack;
    private final Path folder;

    Watching(LocalStack stack, Path folder) {
        this.stack = stack;
        this.folder = folder;
    }

    /** Every expression of a dashboard has series, and so has every metric that a rule looks at. */
    void everyExpressionHasSeries() throws Exception {
        try (PrometheusServer prometheus = PrometheusServer.start(folder, stack, UnaryOperator.identity())) {
            Set<String> expressions = new LinkedHashSet<>();
            for (GrafanaDashboard dashboard : GrafanaDashboard.all()) {
                dashboard.rows().forEach(row -> row.stream()
                        .filter(panel -> !panel.mayBeEmpty())
                        .forEach(
                                panel -> panel.expressions().values().forEach(each -> expressions.add((String) each))));
            }
            for (AlertRules.Alert alert : AlertRules.all()) {
                Matcher matcher = SELECTOR.matcher(alert.expression());
                while (matcher.find()) {
                    // Which state, status or failure there is right now is not the question.
                    expressions.add(matcher.group());
                }
            }
            List<String> empty = new ArrayList<>(expressions);
            try {
                await("every expression has series")
                        .atMost(Duration.ofSeconds(150))
                        .pollInterval(Duration.ofSeconds(3))
                        .until(() -> {
                            for (String expression : List.copyOf(empty)) {
                                if (!prometheus.query(expression).isEmpty()) {
                                    empty.remove(expression);
                                }
                            }
                            return empty.isEmpty();
                        });
            } catch (org.awaitility.core.ConditionTimeoutException e) {
                assertThat(empty).as("expressions without series").isEmpty();
            }
            assertThat(prometheus.problems()).isEmpty();
            assertThat(prometheus.alerts()).hasSameSizeAs(AlertRules.all());
        }
    }

    /**
     * A collector in between answers 200 for one probe and does not pass it on: it is told to be lost, it alone, and in time.
     *
     * @param probes how many are sent
     */
    void aProbeThatIsDroppedOnPurposeIsReportedWithinThirtySeconds(int probes) throws Exception {
        AtomicInteger victim = new AtomicInteger(-1);
        AtomicInteger passed = new AtomicInteger();
        AtomicReference<Instant> dropped = new AtomicReference<>();
        HttpClient client = HttpClient.newHttpClient();
        HttpServer thief = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 16);
        thief.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                JsonNode probe = JSON.readTree(body);
                if (probe.path("sequence").asInt() > probes / 2
                        && victim.compareAndSet(-1, probe.path("sequence").asInt())) {
                    dropped.set(Instant.now());
                    answer(exchange, 200, "{\"accepted\":1}");
                    return;
                }
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create(StackAddress.url(stack.address().httpSource()) + exchange.getRequestURI()))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                passed.incrementAndGet();
                answer(exchange, response.statusCode(), response.body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thief.start();
        try {
            Path report = folder.resolve("probe.json");
            Process run = stack.begin(
                    report,
                    "probe",
                    "--name",
                    "robbed",
                    "--sources",
                    "http",
                    "--interval",
                    "75ms",
                    "--count",
                    Integer.toString(probes),
                    "--http",
                    "http://127.0.0.1:" + thief.getAddress().getPort() + "/v1/events",
                    "--json");
            assertThat(run.waitFor(4, java.util.concurrent.TimeUnit.MINUTES)).isTrue();
            String text = java.nio.file.Files.readString(report);
            assertThat(run.exitValue()).as(text).isEqualTo(5);
            JsonNode found = JSON.readTree(text);
            assertThat(found.path("losses")).as(text).hasSize(1);
            JsonNode loss = found.path("losses").get(0);
            assertThat(loss.path("sequence").asInt()).isEqualTo(victim.get());
            assertThat(loss.path("hop").asText()).isEqualTo("kafka");
            assertThat(Duration.between(
                            dropped.get(),
                            Instant.parse(loss.path("reported_at").asText())))
                    .isLessThan(Duration.ofSeconds(30));
            assertThat(found.at("/sources/0/sent").asInt()).isEqualTo(probes);
            assertThat(found.at("/sources/0/duplicates").asInt()).isZero();
            for (JsonNode hop : found.at("/sources/0/hops")) {
                if (hop.path("hop").asText().equals("kafka")
                        || hop.path("hop").asText().equals("spark")) {
                    assertThat(hop.path("events").asInt()).as(text).isEqualTo(passed.get());
                }
            }
        } finally {
            thief.stop(0);
        }
    }

    private static void answer(com.sun.net.httpserver.HttpExchange exchange, int status, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** What the stack's own prober says, through the page. */
    void theStacksOwnProbesComeThroughEveryWayIn() {
        await().atMost(Duration.ofSeconds(90)).ignoreExceptions().untilAsserted(() -> {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(StackAddress.url(stack.address().page()) + "/api/freshness"))
                    .build();
            JsonNode found = JSON.readTree(HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body());
            assertThat(found.path("sources")).hasSize(3);
            for (JsonNode source : found.path("sources")) {
                for (JsonNode hop : source.path("hops")) {
                    assertThat(hop.path("events").asInt()).as(source.toString()).isGreaterThan(3);
                }
            }
        });
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> assertThat(
                        stack.search("millrace-freshness-*", "{\"size\":1}")
                                .at("/hits/total/value")
                                .asInt())
                .isGreaterThanOrEqualTo(15));
    }
}
