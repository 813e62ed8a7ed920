package io.millrace.tests;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Debian's Prometheus with Millrace's own configuration, watching a stack on other ports. */
final class PrometheusServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIGURED_PORTS = "127.0.0.1:280";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path config;
    private final String settings;
    private final String url;

    /**
     * Starts it and waits until it has scraped every target once.
     *
     * @param rules turns the text of each rule file into the one that is used
     */
    static PrometheusServer start(Path folder, LocalStack stack, UnaryOperator<String> rules) throws IOException {
        Path program = Promtool.require("prometheus");
        Files.createDirectories(folder.resolve("rules"));
        for (Path file : Promtool.files(AlertRules.RULES, ".yaml")) {
            Files.writeString(folder.resolve("rules").resolve(file.getFileName()), rules.apply(Files.readString(file)));
        }
        String config = Files.readString(AlertRules.PROMETHEUS.resolve("prometheus.yml"));
        StringBuilder moved = new StringBuilder();
        for (String line : config.lines().toList()) {
            int at = line.indexOf(CONFIGURED_PORTS);
            if (at >= 0) {
                int distance = Integer.parseInt(
                        line.substring(at + CONFIGURED_PORTS.length(), at + CONFIGURED_PORTS.length() + 2));
                line = line.replaceFirst(
                        "127\\.0\\.0\\.1:280\\d\\d",
                        "127.0.0.1:" + (stack.address().portBase() + distance));
            }
            moved.append(line).append('\n');
        }
        Files.writeString(folder.resolve("prometheus.yml"), moved);
        int port = stack.address().portBase() + 50;
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        // What is not scraped any more is forgotten after this, by default after five minutes.
                        "--query.lookback-delta=40s",
                        "--web.enable-lifecycle",
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        PrometheusServer server =
                new PrometheusServer(process, folder.resolve("prometheus.yml"), "http://127.0.0.1:" + port);
        try {
            await("every target is scraped")
                    .atMost(Duration.ofMinutes(2))
                    .ignoreExceptions()
                    .until(() -> {
                        JsonNode up = server.query("up");
                        for (JsonNode target : up) {
                            if (!target.at("/value/1").asText().equals("1")) {
                                return false;
                            }
                        }
                        return up.size() == 7;
                    });
            return server;
        } catch (RuntimeException e) {
            JsonNode targets = server.get("/api/v1/targets");
            server.close();
            throw new IllegalStateException("not every target answers: " + targets, e);
        }
    }

    /** Forgets a target, as an edit of the configuration does. */
    void scrapeWithout(String job) throws IOException {
        reload(settings.replaceFirst("(?m)^  - job_name: " + job + "\\n.*\\n", ""));
    }

    /** Scrapes what {@link #scrapeWithout} left out again. */
    void scrapeAll() throws IOException {
        reload(settings);
    }

    private void reload(String text) throws IOException {
        Files.writeString(config, text);
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(URI.create(url + "/-/reload")).POST(HttpRequest.BodyPublishers.noBody()));
        if (answer.statusCode() != 200) {
            throw new IOException("Prometheus does not take its configuration: " + answer.body());
        }
    }

    private PrometheusServer(Process process, Path config, String url) throws IOException {
        this.config = config;
        this.settings = Files.readString(config);
        this.process = process;
        this.url = url;
    }

    /** The series that an expression gives now. */
    JsonNode query(String expression) throws IOException {
        JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        if (!answer.path("status").asText().equals("success")) {
            throw new IOException(expression + ": " + answer.path("error").asText());
        }
        return answer.at("/data/result");
    }

    /** The states of all alerts by name: inactive, pending or firing. */
    Map<String, String> alerts() throws IOException {
        Map<String, String> states = new TreeMap<>();
        for (JsonNode group : get("/api/v1/rules?type=alert").at("/data/groups")) {
            for (JsonNode rule : group.path("rules")) {
                states.put(rule.path("name").asText(), rule.path("state").asText());
            }
        }
        return states;
    }

    /** What is wrong with rules that cannot be evaluated, by name. */
    Map<String, String> problems() throws IOException {
        Map<String, String> problems = new TreeMap<>();
        for (JsonNode group : get("/api/v1/rules?type=alert").at("/data/groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (!rule.path("lastError").asText().isEmpty()) {
                    problems.put(
                            rule.path("name").asText(), rule.path("lastError").asText());
                }
            }
        }
        return problems;
    }

    private JsonNode get(String path) throws IOException {
        return JSON.readTree(
                send(HttpRequest.newBuilder(URI.create(url + path))).body());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
