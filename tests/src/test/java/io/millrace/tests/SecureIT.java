package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.StackAddress;
import io.millrace.local.client.LakeClient;
import io.millrace.local.security.Access;
import io.millrace.local.security.Account;
import io.millrace.local.security.Part;
import io.millrace.local.stack.StackFolder;
import io.millrace.tests.Intruder.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;

/** A stack that was started with {@code --secure}: it does the same, and nothing for those whom it does not know. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecureIT {
    private static final int PORT_BASE = 27700;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static LocalStack stack;
    private static Access access;
    private static Properties secrets;

    @BeforeAll
    static void startTheStack() throws IOException {
        stack = LocalStack.start(folder.resolve("state"), PORT_BASE, "--secure");
        access = Access.secured(new StackAddress(PORT_BASE), new StackFolder(stack.state()));
        secrets = new Properties();
        try (var in = Files.newInputStream(stack.state().resolve("secrets.properties"))) {
            secrets.load(in);
        }
    }

    @AfterAll
    static void stopTheStack() throws Exception {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    @Order(1)
    void theDemoGivesTheNumbersOfTheLogAndEverythingAgrees() throws Exception {
        WebLog log = WebLog.generate(11, 400);
        Path file = folder.resolve("secured-demo.log");
        log.write(file);
        Path report = folder.resolve("report.json");
        LocalStack.Result demo = stack.run("demo", "--input", file.toString(), "--report", report.toString());
        assertThat(demo.exitCode()).as(demo.output()).isZero();
        String squeezed = demo.output().replaceAll(" +", " ");
        assertThat(squeezed)
                .contains("lake raw " + log.events() + " ")
                .contains("lake sessions " + log.sessions() + " ")
                .contains("lake users " + log.users())
                .contains("redis requests " + log.events() + " ");
    }

    @Test
    @Order(1)
    void aPlanFindsEveryDeclaredConnectorRunningAndNothingToChange() throws Exception {
        long declared;
        try (var files = Files.list(LocalStack.repositoryRoot().resolve("connect-configs/connectors"))) {
            declared = files.count();
        }
        LocalStack.Result plan = stack.run("plan");
        assertThat(plan.output()).contains("validate " + declared + "/" + declared + " ok by the workers");
        assertThat(plan.exitCode()).as(plan.output()).isZero();
    }

    @Test
    @Order(2)
    void everyPortRefusesWhoHasNoAccountAWrongOneOrACertificateOfAnotherAuthority() throws Exception {
        PortProofs proofs = new PortProofs(access, secrets);
        Map<Integer, Map<String, Outcome>> tried = proofs.all();
        Map<Integer, ListeningPorts.Listener> listening = ListeningPorts.of(stack.supervisor());
        List<Long> drivers = List.of(stack.pid("spark-serving"), stack.pid("spark-lake"));
        List<String> wrong = new ArrayList<>();
        for (ListeningPorts.Listener listener : listening.values()) {
            if (!listener.loopback()) {
                wrong.add(listener + " does not listen on the loopback address");
            }
            if (!tried.containsKey(listener.port()) && drivers.contains(listener.pid())) {
                tried.put(listener.port(), proofs.spark(listener.port()));
            }
            if (!tried.containsKey(listener.port())) {
                wrong.add(listener + " has no proof that it refuses anybody");
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(listening.keySet()).as("ports with a proof that are open").containsAll(tried.keySet());
        Map<String, Outcome> outcomes = new TreeMap<>();
        tried.forEach((port, attempts) ->
                attempts.forEach((attempt, outcome) -> outcomes.put((port - PORT_BASE) + " " + attempt, outcome)));
        assertThat(outcomes).allSatisfy((attempt, outcome) -> assertThat(outcome)
                .as(attempt)
                .isEqualTo(attempt.contains(" right") ? Outcome.IN : Outcome.REFUSED));
    }

    private static final List<String> TOPICS = List.of(
            "web.events",
            "web.enriched",
            "iot.readings",
            "probe.events",
            "cdc.shop.public.orders",
            "serving.sessions",
            "dlq.redis-sink",
            "ops.job_progress",
            "connect-configs",
            "connect-offsets");

    @Test
    @Order(3)
    void inKafkaEachPartMayDoWhatItNeedsAndNothingThatIsAnothers() throws Exception {
        Map<Account, Map<String, String>> expected = Map.of(
                Account.CONTROL,
                all("r"),
                Account.CONNECT,
                Map.of("connect-configs", "rw", "connect-offsets", "rw"),
                Account.CONNECTORS,
                Map.of(
                        "iot.readings", "w",
                        "probe.events", "w",
                        "cdc.shop.public.orders", "r",
                        "serving.sessions", "r",
                        "connect-offsets", "rw"),
                Account.WEB_HTTP,
                Map.of("web.events", "w", "iot.readings", "w", "probe.events", "w", "connect-offsets", "rw"),
                Account.SHOP_CDC,
                Map.of("cdc.shop.public.orders", "w", "connect-offsets", "rw"),
                Account.SERVING_REDIS,
                Map.of("serving.sessions", "r", "dlq.redis-sink", "w"),
                Account.SERVING_ELASTICSEARCH,
                Map.of("serving.sessions", "r"),
                Account.SPARK_SERVING,
                raw(Map.of("web.enriched", "rw", "serving.sessions", "rw", "ops.job_progress", "rw")),
                Account.SPARK_LAKE,
                raw(Map.of("ops.job_progress", "rw")),
                Account.READER,
                Map.of("web.events", "r"));
        Map<Account, Map<String, String>> granted = new TreeMap<>();
        for (Account account : expected.keySet()) {
            granted.put(account, new KafkaRights(access, account).topics(TOPICS));
        }
        assertThat(granted).containsExactlyInAnyOrderEntriesOf(expected);
    }

    private static Map<String, String> all(String right) {
        Map<String, String> rights = new TreeMap<>();
        TOPICS.forEach(topic -> rights.put(topic, right));
        return rights;
    }

    /** Reads everything but the worker's own topics. */
    private static Map<String, String> raw(Map<String, String> more) {
        Map<String, String> rights = all("r");
        rights.keySet().removeIf(topic -> topic.startsWith("connect-"));
        rights.putAll(more);
        return rights;
    }

    @Test
    @Order(3)
    void whatKafkaGrantsIsWhatItDoes() throws Exception {
        Map<String, Boolean> outcomes = new TreeMap<>();
        KafkaRights webHttp = rights(Account.WEB_HTTP);
        KafkaRights lake = rights(Account.SPARK_LAKE);
        KafkaRights serving = rights(Account.SPARK_SERVING);
        KafkaRights redis = rights(Account.SERVING_REDIS);
        outcomes.put("no: the reader writes events", rights(Account.READER).mayProduce("web.events"));
        outcomes.put("no: the Redis sink writes events", redis.mayProduce("web.events"));
        outcomes.put("no: the collector writes aggregates", webHttp.mayProduce("serving.sessions"));
        outcomes.put("no: the lake job writes aggregates", lake.mayProduce("serving.sessions"));
        outcomes.put(
                "no: the control tool writes events", rights(Account.CONTROL).mayProduce("web.events"));
        outcomes.put("no: the collector makes a topic", webHttp.mayCreate("web.another"));
        outcomes.put(
                "no: the control tool sees permissions", rights(Account.CONTROL).mayListAcls());
        outcomes.put("no: the lake job takes enrich's transactions", lake.mayUseTransactionalId("millrace-enrich-99"));
        outcomes.put(
                "no: enrich takes the collector's transactions",
                serving.mayUseTransactionalId("millrace-connect-web-http-99"));
        outcomes.put(
                "no: the collector takes the database's transactions",
                webHttp.mayUseTransactionalId("millrace-connect-shop-cdc-99"));
        outcomes.put("yes: the collector uses its own", webHttp.mayUseTransactionalId("millrace-connect-web-http-99"));
        outcomes.put("yes: enrich uses its own", serving.mayUseTransactionalId("millrace-enrich-99"));
        outcomes.put("yes: the Redis sink uses its group", redis.mayUseGroup("connect-serving-redis"));
        outcomes.put(
                "no: the Elasticsearch sink uses the Redis sink's group",
                rights(Account.SERVING_ELASTICSEARCH).mayUseGroup("connect-serving-redis"));
        outcomes.put("no: the reader uses a group", rights(Account.READER).mayUseGroup("connect-serving-redis"));
        outcomes.put("no: the serving driver uses the worker's group", serving.mayUseGroup("millrace-connect"));
        assertThat(outcomes).allSatisfy((what, may) -> assertThat(may).as(what).isEqualTo(what.startsWith("yes")));
    }

    private static KafkaRights rights(Account account) {
        return new KafkaRights(access, account);
    }

    @Test
    @Order(4)
    void inTheStoresEachAccountIsKeptToItsOwn() throws Exception {
        Intruder intruder = new Intruder(access);
        Map<String, Outcome> outcomes = new TreeMap<>();
        outcomes.put("in: the registry its database", login(intruder, "registry", "registry", "registry.password"));
        outcomes.put("no: the registry the shop", login(intruder, "shop", "registry", "registry.password"));
        outcomes.put("no: reporting the registry's", login(intruder, "registry", "reporting", "reporting.password"));
        outcomes.put("in: the capture the shop", login(intruder, "shop", "millrace_cdc", "shop.cdc.password"));
        outcomes.put(
                "no: the capture the registry's", login(intruder, "registry", "millrace_cdc", "shop.cdc.password"));
        assertThat(outcomes)
                .allSatisfy((what, outcome) ->
                        assertThat(outcome).as(what).isEqualTo(what.startsWith("in") ? Outcome.IN : Outcome.REFUSED));

        List<String> reader = new ArrayList<>();
        try (Jedis redis = redis("reader", "redis.reader.password")) {
            refused(reader, "write", () -> redis.set("serving.x", "1"));
            refused(reader, "elsewhere", () -> redis.get("elsewhere"));
            refused(reader, "flush", redis::flushAll);
        }
        try (Jedis redis = redis("serving-redis", "redis.sink.password")) {
            refused(reader, "sink elsewhere", () -> redis.set("elsewhere", "1"));
            refused(reader, "sink config", () -> redis.configGet("*"));
            refused(reader, "sink acl", redis::aclList);
            redis.hset("serving.secure-it", "n", "1");
            redis.del("serving.secure-it");
        }
        assertThat(reader).containsExactly("write", "elsewhere", "flush", "sink elsewhere", "sink config", "sink acl");

        Map<String, Integer> answers = new TreeMap<>();
        answers.put("reader reads", elasticsearch("reader", "GET", "/serving.sessions/_count", null));
        answers.put("reader writes", elasticsearch("reader", "POST", "/serving.sessions/_doc", "{\"a\":1}"));
        answers.put("reader deletes", elasticsearch("reader", "DELETE", "/serving.sessions", null));
        answers.put("sink elsewhere", elasticsearch("serving-elasticsearch", "PUT", "/elsewhere", "{}"));
        answers.put("sink its own", elasticsearch("serving-elasticsearch", "GET", "/serving.sessions/_count", null));
        assertThat(answers)
                .isEqualTo(new TreeMap<>(Map.of(
                        "reader reads", 200,
                        "reader writes", 403,
                        "reader deletes", 403,
                        "sink elsewhere", 403,
                        "sink its own", 200)));
        assertThat(registry(Account.READER, "POST", "/subjects/secure-it/versions"))
                .isEqualTo(403);
        assertThat(registry(Account.SPARK_LAKE, "PUT", "/config")).isEqualTo(403);
        assertThat(registry(Account.READER, "GET", "/subjects")).isEqualTo(200);
    }

    private static Outcome login(Intruder intruder, String database, String user, String secret) {
        return intruder.postgres(database, user, secrets.getProperty(secret), "verify-full");
    }

    private static void refused(List<String> into, String what, Runnable attempt) {
        try {
            attempt.run();
        } catch (JedisAccessControlException refused) {
            into.add(what);
        }
    }

    private static Jedis redis(String user, String secret) {
        return new Jedis(
                "127.0.0.1",
                access.address().redis(),
                DefaultJedisClientConfig.builder()
                        .ssl(true)
                        .sslSocketFactory(access.tls().orElseThrow().getSocketFactory())
                        .user(user)
                        .password(secrets.getProperty(secret))
                        .build());
    }

    private static int elasticsearch(String user, String method, String path, String body) throws Exception {
        String secret = user.equals("reader") ? "elasticsearch.reader.password" : "elasticsearch.sink.password";
        String both = user + ":" + secrets.getProperty(secret);
        String basic = "Basic " + java.util.Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        return send(access.address().elasticsearch(), method, path, Map.of("Authorization", basic), body)
                .statusCode();
    }

    private static int registry(Account account, String method, String path) throws Exception {
        String body = path.endsWith("/versions")
                ? "{\"schema\":\"{\\\"type\\\":\\\"string\\\"}\"}"
                : "{\"compatibility\":\"NONE\"}";
        return send(
                        access.address().registry(),
                        method,
                        "/apis/ccompat/v7" + path,
                        Map.of("Authorization", access.registryToken(account)),
                        method.equals("GET") ? null : body)
                .statusCode();
    }

    @Test
    @Order(5)
    void personalDataThatTheContractMarksIsNowhereInPlain() throws Exception {
        String user = "ada.lovelace@example.org";
        String place = "198.51.100.77";
        String hash = hmac(user);
        int collector = access.address().httpSource();
        Path declared = LocalStack.repositoryRoot().resolve("connect-configs/examples/http-pseudonymous.json");
        ObjectNode config = (ObjectNode) JSON.readTree(declared.toFile()).path("config");
        JsonNode own = JSON.readTree(send(
                        access.address().connect(),
                        "GET",
                        "/connectors/web-http/config",
                        access.headers(Part.CONNECT),
                        null)
                .body());
        // The same listener and the same account; only the path differs.
        own.fieldNames().forEachRemaining(key -> {
            if (!config.has(key)) {
                config.set(key, own.get(key));
            }
        });
        // The name begins with the account's: its transactional ids are permitted by that.
        config.put("name", "web-http-pseudonymous");
        config.set("port", own.get("port"));
        config.put(
                "transforms.personal.hash.key",
                own.path("auth.write.keys").asText().replace("write.keys", "personal.data.key"));
        HttpResponse<String> put = send(
                access.address().connect(),
                "PUT",
                "/connectors/web-http-pseudonymous/config",
                access.headers(Part.CONNECT),
                config.toString());
        assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
        String event = "{\"user_id\":\"%s\",\"page\":\"/private\",\"site\":\"private\",\"address\":\"%s\"}";
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> send(
                                        collector,
                                        "POST",
                                        "/private/events",
                                        access.headers(Part.HTTP_SOURCE),
                                        event.formatted(user, place))
                                .statusCode()
                        == 200);
        LakeClient lake = new LakeClient(access);
        String sessions = "{\"query\":{\"term\":{\"site\":\"private\"}}}";
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(2))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    for (String table : List.of("web_events_raw", "web_events_enriched", "web_sessions")) {
                        assertThat(lake.query("select * from " + table + " where site = 'private'")
                                        .rows()
                                        .toString())
                                .as(table)
                                .contains(hash)
                                .doesNotContain(user, place);
                    }
                    String served = send(
                                    access.address().elasticsearch(),
                                    "POST",
                                    "/serving.sessions/_search",
                                    access.headers(Part.ELASTICSEARCH),
                                    sessions)
                            .body();
                    assertThat(served).contains(hash).doesNotContain(user, place);
                    assertThat(sessionsInRedis()).contains(hash).doesNotContain(user, place);
                });
        assertThat(inKafka(user) + inKafka(place))
                .as("in the files of Kafka's topics")
                .isEmpty();
        assertThat(inKafka(hash)).isNotEmpty();
    }

    private static String sessionsInRedis() {
        StringBuilder all = new StringBuilder();
        try (var redis = access.redis()) {
            String cursor = "0";
            do {
                var page = redis.scan(cursor, new redis.clients.jedis.params.ScanParams().match("serving.sessions:*"));
                page.getResult().forEach(key -> all.append(key).append(redis.hgetAll(key)));
                cursor = page.getCursor();
            } while (!cursor.equals("0"));
        }
        return all.toString();
    }

    /** Topics whose files hold a text as it is; what is compressed is not seen, which raw topics are not. */
    private static String inKafka(String text) throws IOException {
        StringBuilder topics = new StringBuilder();
        try (var files = Files.walk(stack.state().resolve("data/kafka"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".log")).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    topics.append(file.getParent().getFileName()).append(' ');
                }
            }
        }
        return topics.toString();
    }

    private static String hmac(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        byte[] key = secrets.getProperty("personal.data.key").getBytes(StandardCharsets.UTF_8);
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)), 0, 16);
    }

    @Test
    @Order(7)
    void aPasswordAndACertificateAreReplacedWhileTheStackRuns() throws Exception {
        Intruder intruder = new Intruder(access);
        Map<String, Object> before = access.kafka(Account.SERVING_REDIS);
        LocalStack.Result password = stack.run("rotate", "serving-redis");
        assertThat(password.exitCode()).as(password.output()).isZero();
        Path certificate = stack.state().resolve("security/redis/certificate.pem");
        String certificateBefore = Files.readString(certificate);
        LocalStack.Result replaced = stack.run("rotate", "--certificate", "redis");
        assertThat(replaced.exitCode()).as(replaced.output()).isZero();
        int kafka = access.address().kafka();
        assertThat(intruder.kafka(kafka, before)).as("with the old password").isEqualTo(Outcome.REFUSED);
        assertThat(intruder.kafka(kafka, access.kafka(Account.SERVING_REDIS)))
                .as("with the new one")
                .isEqualTo(Outcome.IN);
        WebLog log = WebLog.generate(12, 200);
        Path file = folder.resolve("after-rotation.log");
        log.write(file);
        LocalStack.Result demo = stack.run("demo", "--input", file.toString());
        assertThat(demo.exitCode()).as(() -> demo.output() + statusAndSinkLog()).isZero();
        assertThat(Files.readString(certificate)).isNotEqualTo(certificateBefore);
    }

    /** What tells why a sink stands still. */
    private static String statusAndSinkLog() {
        try {
            String sink = Files.readAllLines(stack.state().resolve("logs/connect.log")).stream()
                    .filter(line -> line.contains("serving-redis") || line.contains("Redis at"))
                    .map(line -> line.substring(0, Math.min(300, line.length())))
                    .collect(Collectors.joining("\n"));
            return stack.run("status").output() + sink.substring(Math.max(0, sink.length() - 8_000));
        } catch (Exception e) {
            return "no status: " + e;
        }
    }

    @Test
    @Order(8)
    void noSecretIsInLogsSettingsPlansAnswersOrCommandLines() throws Exception {
        SecretScan scan = new SecretScan(stack.state());
        assertThat(scan.values()).hasSizeGreaterThan(30);
        assertThat(scan.inFiles()).isEmpty();
        assertThat(scan.readableByOthers()).isEmpty();
        Map<String, String> texts = new TreeMap<>();
        for (String path : List.of(
                "/connectors?expand=info&expand=status",
                "/connectors/web-http/config",
                "/connectors/web-http/tasks",
                "/connectors/shop-cdc/config",
                "/connectors/shop-cdc/status",
                "/connectors/serving-redis/tasks",
                "/connectors/serving-elasticsearch/config")) {
            HttpResponse<String> answer =
                    send(access.address().connect(), "GET", path, access.headers(Part.CONNECT), null);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            texts.put(path, answer.body());
        }
        for (String command : List.of("plan", "plan --json", "drift", "status", "status --json")) {
            LocalStack.Result result = stack.run(command.split(" "));
            assertThat(result.output()).as(command).isNotBlank();
            texts.put("millrace " + command, result.output());
        }
        texts.put("millrace up", stack.console());
        ProcessHandle.of(stack.supervisor())
                .orElseThrow()
                .descendants()
                .forEach(process -> texts.put("ps " + process.pid(), commandLine(process.pid())));
        assertThat(texts.keySet().stream().filter(name -> name.startsWith("ps")))
                .hasSizeGreaterThan(9);
        assertThat(texts)
                .allSatisfy((name, text) -> assertThat(scan.in(text)).as(name).isEmpty());
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    private static HttpResponse<String> send(
            int port, String method, String path, Map<String, String> headers, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(access.url(port) + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return access.http().build().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
