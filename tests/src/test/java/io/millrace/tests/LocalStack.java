package io.millrace.tests;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.StackAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A whole stack, started and asked as a user would: through the {@code millrace} launcher and the ports that it prints.
 * Used by one thread.
 */
final class LocalStack implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a command said and how it ended. */
    record Result(int exitCode, String output) {}

    private final Path root = repositoryRoot();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Path state;
    private final StackAddress address;
    private final Path console;
    private Process up;

    private LocalStack(Path state, int portBase) {
        this.state = state;
        this.address = new StackAddress(portBase);
        this.console = state.resolveSibling("up.log");
    }

    /** Starts a stack on a state folder and awaits that it says it is ready. */
    static LocalStack start(Path state, int portBase, String... options) throws IOException {
        LocalStack stack = new LocalStack(state, portBase);
        stack.up(List.of(options));
        return stack;
    }

    private void up(List<String> options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("up", "--state", state.toString(), "--port-base", Integer.toString(address.portBase())));
        command.addAll(options);
        up = launcher(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(console.toFile()))
                .start();
        await("the stack is ready; its console is " + console)
                .atMost(Duration.ofMinutes(12))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    if (!up.isAlive()) {
                        throw new IllegalStateException("up ended with " + up.exitValue() + ":\n" + console());
                    }
                    Path stackJson = state.resolve("stack.json");
                    return Files.exists(stackJson)
                            && JSON.readTree(stackJson.toFile())
                                    .path("state")
                                    .asText()
                                    .equals("ready");
                });
    }

    StackAddress address() {
        return address;
    }

    /** Process id of the supervisor. */
    long supervisor() throws IOException {
        return JSON.readTree(state.resolve("stack.json").toFile()).path("pid").asLong();
    }

    Path state() {
        return state;
    }

    String console() throws IOException {
        return Files.exists(console) ? Files.readString(console) : "";
    }

    /** Runs a command against this stack and awaits its end. */
    Result run(String... arguments) throws IOException, InterruptedException {
        List<String> command = List.of(arguments);
        Path output = Files.createTempFile(state.getParent(), arguments[0] + "-", ".log");
        Process process = launcher(command).redirectOutput(output.toFile()).start();
        if (!process.waitFor(20, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", command) + " did not end:\n" + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output));
    }

    /** Starts a command against this stack and leaves it running. */
    Process begin(Path output, String... arguments) throws IOException {
        return launcher(List.of(arguments)).redirectOutput(output.toFile()).start();
    }

    private ProcessBuilder launcher(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(root.resolve("millrace").toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // The build that runs this test has made the jars; a launcher that builds again would do so inside that build.
        builder.environment().put("MILLRACE_SKIP_BUILD", "1");
        builder.environment().put("MILLRACE_STATE", state.toString());
        return builder;
    }

    /** Process id of a service, as the supervisor wrote it down. */
    long pid(String service) throws IOException {
        Properties written = new Properties();
        try (var in = Files.newInputStream(state.resolve("run").resolve(service + ".pid"))) {
            written.load(in);
        }
        return Long.parseLong(written.getProperty("pid"));
    }

    /** Ends a service the hard way and awaits that the supervisor has put another process in its place. */
    void killAndAwaitRestart(String service) throws IOException {
        long before = pid(service);
        ProcessHandle process = ProcessHandle.of(before).orElseThrow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        await(service + " is restarted")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> pid(service) != before
                        && ProcessHandle.of(pid(service))
                                .map(ProcessHandle::isAlive)
                                .orElse(false));
    }

    /** Posts events; 503 says that they may be sent again, with the same ids, so they are. */
    HttpResponse<String> post(String body) {
        return post("/v1/events", body);
    }

    /** The same at another path of the collector. */
    HttpResponse<String> post(String path, String body) {
        String url = StackAddress.url(address.httpSource()) + path;
        return await("an answer other than 503 from " + url)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> post(url, "application/json", body), answer -> answer.statusCode() != 503);
    }

    /** The body of what a server of the stack answers. */
    String get(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private HttpResponse<String> post(String url, String type, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Rows of a query on the lake; an empty list while a table does not exist yet. */
    List<List<JsonNode>> lake(String sql) {
        try {
            HttpResponse<String> response =
                    post(StackAddress.url(address.lakeDriver()) + "/sql", "text/plain; charset=utf-8", sql);
            if (response.statusCode() == 404) {
                return List.of();
            }
            if (response.statusCode() != 200) {
                throw new IllegalStateException(sql + ": " + response.statusCode() + " " + response.body());
            }
            List<List<JsonNode>> rows = new ArrayList<>();
            for (JsonNode row : JSON.readTree(response.body()).path("rows")) {
                List<JsonNode> cells = new ArrayList<>();
                row.forEach(cells::add);
                rows.add(cells);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The first cell of a query on the lake, as a number; 0 when there is no row. */
    long lakeNumber(String sql) {
        List<List<JsonNode>> rows = lake(sql);
        return rows.isEmpty() ? 0 : rows.get(0).get(0).asLong();
    }

    /** Answer of a search in Elasticsearch. */
    JsonNode search(String index, String body) throws IOException, InterruptedException {
        String url = StackAddress.url(address.elasticsearch()) + "/" + index + "/_search?ignore_unavailable=true";
        return JSON.readTree(post(url, "application/json", body).body());
    }

    /** A connection to the shop database as its owner; the caller closes it. */
    Connection shop() throws IOException, SQLException {
        return database("shop");
    }

    /** A connection to a database of the stack as its superuser; the caller closes it. */
    Connection database(String name) throws IOException, SQLException {
        Properties secrets = new Properties();
        try (var in = Files.newInputStream(state.resolve("secrets.properties"))) {
            secrets.load(in);
        }
        String url = "jdbc:postgresql://" + StackAddress.HOST + ":" + address.postgres() + "/" + name;
        return DriverManager.getConnection(url, "postgres", secrets.getProperty("postgres.password", ""));
    }

    static Path repositoryRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    @Override
    public void close() throws Exception {
        Result down = run("down");
        if (!up.waitFor(60, TimeUnit.SECONDS)) {
            up.descendants().forEach(ProcessHandle::destroyForcibly);
            up.destroyForcibly();
            throw new IllegalStateException("up did not end after down: " + down.output());
        }
    }
}
