package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisSinkValidationIT {

    @TempDir
    static Path folder;

    private static RedisServer server;

    @BeforeAll
    static void startRedis() throws IOException {
        server = RedisServer.start(folder, "--requirepass", "secret");
    }

    @AfterAll
    static void stopRedis() {
        server.close();
    }

    @Test
    void theRightPasswordIsAccepted() {
        assertThat(errors(Map.of("redis.password", "secret"))).isEmpty();
    }

    @Test
    void aWrongOrMissingPasswordIsAnErrorOfThatKey() {
        assertThat(errors(Map.of("redis.password", "guess"))).containsOnlyKeys("redis.password");
        assertThat(errors(Map.of())).containsOnlyKeys("redis.password");
        assertThat(errors(Map.of("redis.password", "guess")).toString()).doesNotContain("guess");
    }

    @Test
    void anUnreachableServerIsAnErrorOfTheUri() {
        assertThat(errors(Map.of("redis.uri", "redis://127.0.0.1:1"))).containsOnlyKeys("redis.uri");
        assertThat(errors(Map.of("redis.uri", "redis://127.0.0.1:1", "connection.check", "false")))
                .isEmpty();
    }

    @Test
    void credentialsInTheUriAreRefusedWithoutRepeatingThem() {
        Map<String, List<String>> errors = errors(Map.of("redis.uri", "redis://me:hidden-word@127.0.0.1:1"));
        assertThat(errors).containsOnlyKeys("redis.uri");
        assertThat(errors.toString()).doesNotContain("hidden-word").contains("redis.password");
    }

    @Test
    void mistypedKeysAndBadValuesAreErrorsOfTheirOwnKeys() {
        assertThat(errors(Map.of(
                        "redis.password", "secret",
                        "ttl.msec", "5",
                        "ttl.ms.some.topic", "soon",
                        "key.template", "${topic}:${kee}")))
                .containsOnlyKeys("ttl.msec", "ttl.ms.some.topic", "key.template")
                .hasEntrySatisfying(
                        "ttl.msec", messages -> assertThat(messages.toString()).contains("ttl.ms"));
    }

    private static Map<String, List<String>> errors(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name", "sink",
                "connector.class", RedisSinkConnector.class.getName(),
                "tasks.max", "2",
                "topics", "a",
                "consumer.override.max.poll.records", "5",
                "errors.tolerance", "all",
                "redis.uri", server.uri()));
        properties.putAll(more);
        Map<String, List<String>> errors = new TreeMap<>();
        new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(value -> !value.errorMessages().isEmpty())
                        .forEach(value -> errors.put(value.name(), value.errorMessages()));
        return errors;
    }
}
