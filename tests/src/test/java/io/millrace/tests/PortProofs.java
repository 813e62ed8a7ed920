package io.millrace.tests;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.security.Account;
import io.millrace.local.security.Part;
import io.millrace.tests.Intruder.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** For each port of a secured stack, the attempts of people without an account, and what became of each. */
final class PortProofs {
    private static final String EVENT = "{\"user_id\":\"intruder\",\"page\":\"/\",\"site\":\"intruder\"}";
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private final Access stack;
    private final Properties secrets;
    private final Intruder intruder;
    private final Map<Integer, Map<String, Outcome>> proofs = new TreeMap<>();

    PortProofs(Access stack, Properties secrets) throws Exception {
        this.stack = stack;
        this.secrets = secrets;
        this.intruder = new Intruder(stack);
    }

    /** What was tried, by port; {@code right ...} is what a part with an account does, which must get in. */
    Map<Integer, Map<String, Outcome>> all() throws Exception {
        StackAddress at = stack.address();
        published();
        http(at.page(), "/", Part.PAGE, basic("millrace", "wrong"), null);
        http(at.page(), "/oauth/token", null, basic(Account.WEB_HTTP.user(), "wrong"), "grant_type=client_credentials");
        for (int port : new int[] {at.kafkaInternal(), at.kafkaController()}) {
            put(port, "no TLS", intruder.plainSocket(port, Intruder.apiVersions()));
            put(port, "no certificate", intruder.tlsSocket(port, false, Intruder.apiVersions()));
            put(port, "a foreign certificate", intruder.tlsSocket(port, true, Intruder.apiVersions()));
        }
        put(at.elasticsearchTransport(), "no TLS", intruder.plainSocket(at.elasticsearchTransport(), HELLO));
        put(
                at.elasticsearchTransport(),
                "no certificate",
                intruder.tlsSocket(at.elasticsearchTransport(), false, HELLO));
        put(
                at.elasticsearchTransport(),
                "a foreign certificate",
                intruder.tlsSocket(at.elasticsearchTransport(), true, HELLO));
        mqtt(at.mqtt());
        return proofs;
    }

    /** As {@link #all}, of the ports that containers have as well. */
    Map<Integer, Map<String, Outcome>> published() throws Exception {
        StackAddress at = stack.address();
        http(at.httpSource(), "/v1/events", Part.HTTP_SOURCE, Map.of("X-Write-Key", "wrong"), EVENT);
        http(at.connect(), "/connectors", Part.CONNECT, basic(Account.CONTROL.user(), "wrong"), null);
        http(at.connect(), "/admin/loggers", Part.CONNECT, basic("nobody", "wrong"), null);
        http(at.registry(), "/apis/ccompat/v7/subjects", Part.REGISTRY, bearer("e30.e30.e30"), null);
        http(at.registry(), "/metrics", Part.REGISTRY, bearer("e30.e30.e30"), null);
        http(at.elasticsearch(), "/_cluster/health", Part.ELASTICSEARCH, basic("reader", "wrong"), null);
        http(at.servingDriver(), "/health", Part.SERVING_DRIVER, bearer("wrong"), null);
        http(at.lakeDriver(), "/health", Part.LAKE_DRIVER, bearer("wrong"), null);
        http(at.lakeDriver(), "/sql", null, bearer("wrong"), "select 1");
        http(at.s3(), "/millrace/", null, Map.of("Authorization", "AWS wrong:wrong"), null);
        kafka(at.kafka());
        postgres(at.postgres());
        redis(at.redis());
        return proofs;
    }

    /** As {@link #all}, of brokers and Redis alone. */
    Map<Integer, Map<String, Outcome>> kafkaAndRedis() throws Exception {
        kafka(stack.address().kafka());
        redis(stack.address().redis());
        return proofs;
    }

    /** A port that Spark opened for its own use. */
    Map<String, Outcome> spark(int port) throws Exception {
        Map<String, Outcome> tried = new LinkedHashMap<>();
        tried.put("no proof", intruder.spark(port, HELLO));
        tried.put("a wrong proof", intruder.spark(port, Intruder.wrongSparkProof()));
        return tried;
    }

    private void http(int port, String path, Part part, Map<String, String> wrong, String body) throws Exception {
        put(port, "no TLS " + path, intruder.plainHttp(port, path));
        put(port, "no credentials " + path, intruder.https(port, path, Map.of(), body));
        put(port, "wrong credentials " + path, intruder.https(port, path, wrong, body));
        put(port, "a foreign certificate " + path, intruder.foreignHttps(port, path, body));
        if (part != null) {
            put(port, "right " + path, intruder.https(port, path, stack.headers(part), body));
        }
    }

    private void kafka(int port) throws Exception {
        Map<String, Object> right = stack.kafka(Account.READER);
        put(port, "no TLS", intruder.kafka(port, Map.of("security.protocol", "PLAINTEXT")));
        put(port, "no TLS but a password", intruder.kafka(port, with(right, "security.protocol", "SASL_PLAINTEXT")));
        put(port, "no credentials", intruder.kafka(port, with(right, "security.protocol", "SSL")));
        String jaas = right.get("sasl.jaas.config").toString();
        put(
                port,
                "a wrong password",
                intruder.kafka(
                        port,
                        with(right, "sasl.jaas.config", jaas.replaceFirst("password=\"[^\"]*", "password=\"no"))));
        put(
                port,
                "a user that there is not",
                intruder.kafka(port, with(right, "sasl.jaas.config", jaas.replace("\"reader\"", "\"nobody\""))));
        put(port, "another mechanism", intruder.kafka(port, with(right, "sasl.mechanism", "SCRAM-SHA-256")));
        put(port, "a foreign certificate", intruder.tlsSocket(port, true, HELLO));
        put(port, "right", intruder.kafka(port, right));
    }

    private void postgres(int port) {
        String password = secrets.getProperty("postgres.password");
        put(port, "no TLS but the password", intruder.postgres("shop", "postgres", password, "disable"));
        put(port, "no password", intruder.postgres("shop", "postgres", "", "verify-full"));
        put(port, "a wrong password", intruder.postgres("shop", "postgres", "wrong", "verify-full"));
        put(port, "a user that there is not", intruder.postgres("shop", "nobody", "wrong", "verify-full"));
        put(port, "a foreign certificate", intruder.tlsSocket(port, true, HELLO));
        put(port, "right", intruder.postgres("shop", "postgres", password, "verify-full"));
    }

    private void redis(int port) {
        put(port, "no TLS", intruder.plainSocket(port, "PING\r\n".getBytes(StandardCharsets.US_ASCII)));
        put(port, "no password", intruder.redis(port, "PING"));
        put(port, "a wrong password", intruder.redis(port, "AUTH reader wrong"));
        put(port, "the default user", intruder.redis(port, "AUTH wrong"));
        put(port, "right", intruder.redis(port, "AUTH reader " + secrets.getProperty("redis.reader.password")));
    }

    private void mqtt(int port) throws Exception {
        put(port, "no TLS", intruder.plainSocket(port, Intruder.mqttConnect(null, null)));
        put(port, "no password", intruder.mqtt(port, null, null));
        put(port, "a wrong password", intruder.mqtt(port, "millrace", "wrong"));
        put(port, "right", intruder.mqtt(port, "millrace", secrets.getProperty("mqtt.password")));
    }

    private void put(int port, String attempt, Outcome outcome) {
        proofs.computeIfAbsent(port, none -> new LinkedHashMap<>()).put(attempt, outcome);
    }

    private static Map<String, Object> with(Map<String, Object> properties, String key, String value) {
        Map<String, Object> changed = new HashMap<>(properties);
        changed.put(key, value);
        return changed;
    }

    private static Map<String, String> basic(String user, String password) {
        return Map.of(
                "Authorization",
                "Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, String> bearer(String token) {
        return Map.of("Authorization", "Bearer " + token);
    }
}
