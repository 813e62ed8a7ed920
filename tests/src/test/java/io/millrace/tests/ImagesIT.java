package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.millrace.local.security.Account;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;
import redis.clients.jedis.Jedis;

/**
 * The images, built from this build's artifacts and run as {@code compose/compose.yaml} says: the tools image applies what is
 * declared, connectors in the connect image work between real servers, a job in the spark image computes what they sent.
 *
 * <p>Skipped, with the reason, where no engine runs, or where {@code -Dmillrace.images.skip=REASON} says so.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ImagesIT {
    private static final int REQUESTS = 240;
    private static final int SERVICES = 4;
    /** How {@code compose/images/build} ends without a mirror. */
    private static final int NO_PACKAGES = 69;

    private static final Duration LONG = Duration.ofMinutes(4);
    private static final String UNPRIVILEGED = "10001";
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Map<String, Map<String, String>> SECRETS = Map.of(
            "postgres",
                    Map.of(
                            "POSTGRES_PASSWORD", "test-1",
                            "REGISTRY_PASSWORD", "test-2",
                            "REPORTING_PASSWORD", "test-3",
                            "SHOP_CDC_PASSWORD", "test-4"),
            "registry", Map.of("APICURIO_DATASOURCE_PASSWORD", "test-2"),
            "s3", Map.of("S3PROXY_IDENTITY", "test-5", "S3PROXY_CREDENTIAL", "test-6"),
            "connect-1", Map.of("MILLRACE_SHOP_CDC_PASSWORD", "test-4"),
            "spark-serving", Map.of("MILLRACE_S3_ACCESS_KEY", "test-5", "MILLRACE_S3_SECRET_KEY", "test-6"));

    private static final Deque<GenericContainer<?>> STARTED = new ArrayDeque<>();
    private static final String CONTRACTS =
            "millrace-images-it-" + ProcessHandle.current().pid();
    private static Network network;
    private static GenericContainer<?> connect;
    private static GenericContainer<?> redis;

    @BeforeAll
    static void start() throws Exception {
        String skip = System.getProperty("millrace.images.skip");
        assumeTrue(skip == null, "told not to test the images: " + skip);
        assumeTrue(engineAnswers(), "no Docker engine answers, so the images are not tested");
        int built = run(
                "compose/images/build",
                "--local",
                "connect",
                "spark",
                "tools",
                "kafka",
                "registry",
                "elasticsearch",
                "s3",
                "redis",
                "postgres");
        assumeTrue(built != NO_PACKAGES, "Debian's packages cannot be had, so there is nothing to build images on");
        assertThat(built).isZero();
        network = Network.newNetwork();
        start("kafka");
        redis = start("redis");
        start("postgres");
        start("s3");
        start("registry");
        start("elasticsearch");
        connect = start("connect-1");
    }

    @AfterAll
    static void stop() {
        while (!STARTED.isEmpty()) {
            STARTED.pop().stop();
        }
        if (network != null) {
            org.testcontainers.DockerClientFactory.lazyClient()
                    .removeVolumeCmd(CONTRACTS)
                    .exec();
            network.close();
        }
    }

    @Test
    @Order(1)
    void theToolsImageMakesWhatIsDeclaredAndEveryConnectorRunsInTheConnectImage() throws Exception {
        GenericContainer<?> apply = once("apply", ComposeService.read("apply").command());
        assertThat(apply.getLogs()).contains("shop-cdc", "web-http");
        Set<String> running = new HashSet<>();
        for (JsonNode connector : json(get(8083, "/connectors?expand=status"))) {
            JsonNode status = connector.path("status");
            assertThat(status.toString()).contains("RUNNING").doesNotContain("FAILED");
            running.add(status.path("name").asText());
        }
        assertThat(running).contains("web-http", "shop-cdc", "serving-redis", "serving-elasticsearch");
        // Debezium has read the shop's tables.
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        json(get(8083, "/connectors/shop-cdc/offsets")).path("offsets"))
                .isNotEmpty());
    }

    @Test
    @Order(2)
    void whatTheConnectImageTakesByHttpTheSparkImageCountsAndRedisHas() throws Exception {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            events.add("{\"event_id\": \"r-" + i + "\", \"trace_id\": \"t-" + i + "\", \"service\": \"s" + i % SERVICES
                    + "\", \"endpoint\": \"/orders\","
                    + " \"status\": " + (i % 10 == 0 ? 503 : 200) + ", \"duration_ms\": " + i
                    + ", \"event_time\": \"2026-11-01T12:00:00Z\"}");
        }
        HttpResponse<String> answer = await().atMost(LONG)
                .ignoreExceptions()
                .until(
                        () -> post("/v1/events/ops.requests", "[" + String.join(",", events) + "]"),
                        accepted -> accepted.statusCode() == 200);
        assertThat(json(answer).path("accepted").asInt()).as(answer.body()).isEqualTo(REQUESTS);

        GenericContainer<?> job = once(
                "spark-serving",
                List.of(
                        "jobs",
                        "run",
                        "--job",
                        "service_errors",
                        "--mode",
                        "available-now",
                        "--run-id",
                        "images",
                        "--config",
                        "/opt/millrace/conf/driver.properties"));
        JsonNode told = JSON.readTree(lastLine(job));
        assertThat(told.path("status").asText()).isEqualTo("done");
        assertThat(told.path("rows_in").asInt()).isEqualTo(REQUESTS);

        try (Jedis client = new Jedis("127.0.0.1", redis.getMappedPort(6379))) {
            await().atMost(LONG).untilAsserted(() -> {
                long requests = 0;
                long failures = 0;
                Set<String> keys = client.keys("serving.service_errors:*");
                for (String key : keys) {
                    requests += Long.parseLong(client.hget(key, "requests"));
                    failures += Long.parseLong(client.hget(key, "server_errors"));
                }
                assertThat(keys).hasSize(SERVICES);
                assertThat(requests).isEqualTo(REQUESTS);
                assertThat(failures).isEqualTo(REQUESTS / 10);
            });
        }
    }

    @Test
    @Order(3)
    void theWorkerTellsPrometheusHowItsTasksAre() throws Exception {
        assertThat(get(9404, "/metrics").body())
                .contains("kafka_connect_task_status{connector=\"web-http\"")
                .contains("status=\"running\"");
    }

    @Test
    @Order(4)
    void securedContainersRefuseWhoHasNoAccountAndKeepEachToItsOwn(@TempDir Path secrets) throws Exception {
        try (SecuredContainers secured = SecuredContainers.start(secrets)) {
            PortProofs proofs = new PortProofs(secured.access(), secured.secrets());
            Map<String, Intruder.Outcome> outcomes = new TreeMap<>();
            proofs.kafkaAndRedis()
                    .forEach((port, attempts) ->
                            attempts.forEach((attempt, outcome) -> outcomes.put(port + " " + attempt, outcome)));
            assertThat(outcomes).hasSizeGreaterThan(10).allSatisfy((attempt, outcome) -> assertThat(outcome)
                    .as(attempt)
                    .isEqualTo(attempt.endsWith(" right") ? Intruder.Outcome.IN : Intruder.Outcome.REFUSED));

            assertThat(new KafkaRights(secured.access(), Account.CONTROL).mayCreate("web.events"))
                    .isTrue();
            assertThat(new KafkaRights(secured.access(), Account.READER).mayCreate("web.others"))
                    .isFalse();
            assertThat(new KafkaRights(secured.access(), Account.WEB_HTTP).mayProduce("web.events"))
                    .isTrue();
            assertThat(new KafkaRights(secured.access(), Account.READER).mayProduce("web.events"))
                    .isFalse();
            assertThat(secured.tokenStatus(Account.WEB_HTTP, secured.password(Account.WEB_HTTP)))
                    .isEqualTo(200);
            assertThat(secured.tokenStatus(Account.WEB_HTTP, secured.password(Account.READER)))
                    .isEqualTo(401);
            SecretScan scan = new SecretScan(secrets);
            assertThat(secured.told()).isNotEmpty().allSatisfy((where, text) -> assertThat(scan.in(text))
                    .as(where)
                    .isEmpty());
        }
    }

    @Test
    @Order(5)
    void noImageRunsAsRootAndTheirHealthIsKnownToTheEngine() throws Exception {
        for (String name : List.of("connect-1", "spark-serving", "apply")) {
            var image = org.testcontainers.DockerClientFactory.lazyClient()
                    .inspectImageCmd(ComposeService.read(name).image())
                    .exec();
            assertThat(image.getConfig().getUser()).as(name).startsWith(UNPRIVILEGED);
            assertThat(image.getConfig().getHealthcheck()).as(name).isNotNull();
        }
        await().atMost(LONG).until(connect::isHealthy);
    }

    /** Starts a service of compose.yaml, and waits until its own health check says that it is there. */
    private static GenericContainer<?> start(String name) throws IOException {
        ComposeService service = ComposeService.read(name);
        GenericContainer<?> container = container(service);
        List<Integer> ports = new ArrayList<>(service.ports());
        if (name.startsWith("connect")) {
            // Published for both workers by the balancer, which is not here.
            ports.addAll(List.of(8083, 9404, 28001));
        }
        container.withExposedPorts(ports.toArray(Integer[]::new));
        container.waitingFor(new HealthCommand(container, service.health()).withStartupTimeout(LONG));
        container.start();
        return container;
    }

    /** Runs a service's image to its end, which has to be a good one. */
    private static GenericContainer<?> once(String name, List<String> command) throws IOException {
        GenericContainer<?> container = container(ComposeService.read(name))
                .withCommand(command.toArray(String[]::new))
                .withEnv("SPARK_MASTER", "local[2]")
                .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(LONG));
        try {
            container.start();
        } catch (RuntimeException e) {
            throw new IllegalStateException(name + " failed:\n" + container.getLogs(), e);
        }
        return container;
    }

    private static GenericContainer<?> container(ComposeService service) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(service.image()))
                .withNetwork(network)
                .withNetworkAliases(service.name())
                .withEnv(service.environment())
                .withEnv(SECRETS.getOrDefault(service.name(), Map.of()))
                .withImagePullPolicy(image -> false)
                .withCreateContainerCmdModifier(create -> create.withHostName(service.name()));
        if (!service.command().isEmpty()) {
            container.withCommand(service.command().toArray(String[]::new));
        }
        service.files()
                .forEach((target, file) -> container.withCopyFileToContainer(
                        MountableFile.forHostPath(file, file.toFile().isDirectory() ? 0755 : 0644), target));
        if (List.of("connect-1", "apply", "spark-serving").contains(service.name())) {
            container.withCreateContainerCmdModifier(create ->
                    create.getHostConfig().withBinds(new Bind(CONTRACTS, new Volume("/var/lib/millrace/contracts"))));
        }
        STARTED.push(container);
        return container;
    }

    /** The health check of compose.yaml, run in the container. */
    static final class HealthCommand extends AbstractWaitStrategy {
        private final GenericContainer<?> container;
        private final String[] command;

        HealthCommand(GenericContainer<?> container, List<String> command) {
            this.container = container;
            this.command = command.toArray(String[]::new);
        }

        @Override
        protected void waitUntilReady() {
            await().atMost(startupTimeout).pollInterval(Duration.ofMillis(500)).until(() -> {
                if (!container.isRunning()) {
                    throw new IllegalStateException("ended:\n" + container.getLogs());
                }
                ExecResult result = container.execInContainer(command);
                return result.getExitCode() == 0;
            });
        }
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(url(port, path))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url(28001, path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static URI url(int port, String path) {
        return URI.create("http://127.0.0.1:" + connect.getMappedPort(port) + path);
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    private static String lastLine(GenericContainer<?> container) {
        String[] lines = container
                .getLogs(org.testcontainers.containers.output.OutputFrame.OutputType.STDOUT)
                .strip()
                .split("\n");
        return lines[lines.length - 1];
    }

    private static boolean engineAnswers() throws InterruptedException {
        try {
            return run("docker", "version") == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs a command in the checkout; what it prints is the test's output. */
    private static int run(String... command) throws IOException, InterruptedException {
        Path root = LocalStack.repositoryRoot();
        List<String> words = new ArrayList<>(List.of(command));
        if (words.get(0).contains("/")) {
            words.set(0, root.resolve(words.get(0)).toString());
        }
        Process process = new ProcessBuilder(words)
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!process.waitFor(20, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(words + " did not end");
        }
        return process.exitValue();
    }
}
