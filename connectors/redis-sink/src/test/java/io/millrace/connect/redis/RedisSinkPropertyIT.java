package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.commons.ConnectJson;
import io.millrace.connect.commons.testing.Partition;
import io.millrace.connect.commons.testing.RecordingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.kafka.connect.errors.RetriableException;
import redis.clients.jedis.Jedis;

/**
 * Whatever happens on the way, Redis ends as if each record had been applied once and in order: in modes where a second
 * time would not be seen, and in those where it would. Messages are not kept by Redis: a subscriber gets each once and in
 * order, as long as Redis stays up.
 */
class RedisSinkPropertyIT {

    private static final String NEWS = "news";

    private static RedisServer server;
    private static Path folder;

    /** One thing that happens. */
    sealed interface Step {
        /** @param fields null for a tombstone; a null value for a field that is null */
        record Append(String topic, String key, Map<String, Integer> fields) implements Step {}

        record Deliver(String topic, int max) implements Step {}

        record Commit() implements Step {}

        /** The worker dies and goes back to the committed offset. */
        record RestartTask() implements Step {}

        /** The partitions move to another task, and the one before does not know it yet. */
        record Rebalance() implements Step {}

        /** The task that has lost its partitions still tries to write. */
        record OldTaskWrites(String topic, int max) implements Step {}

        /** Somebody sets the offsets back. */
        record Rewind(int by) implements Step {}

        record KillRedis() implements Step {}

        /** The server loses everything. */
        record EmptyRedis() implements Step {}

        record FlushScripts() implements Step {}
    }

    @BeforeContainer
    static void startRedis() throws IOException {
        folder = Files.createTempDirectory(Path.of("target"), "redis").toAbsolutePath();
        server = RedisServer.startWithJson(folder);
    }

    @AfterContainer
    static void stopRedis() {
        server.close();
    }

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void anyHistoryEndsInTheStateOfTheLog(@ForAll("histories") List<Step> history) {
        try (Jedis redis = server.client()) {
            redis.flushAll();
        }
        Run run = new Run(Oracle.settings());
        history.forEach(run::step);
        run.settle();
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void aSubscriberGetsEachMessageOnceAndInOrder(@ForAll("historiesOfMessages") List<Step> history) {
        try (Jedis redis = server.client()) {
            redis.flushAll();
        }
        List<String> expected = new ArrayList<>();
        try (Subscriber subscriber = new Subscriber(server, NEWS)) {
            Run run = new Run(Map.of("topics", NEWS, "write.mode", "publish"));
            for (Step step : history) {
                run.step(step);
                if (step instanceof Step.Append append && append.fields() != null) {
                    expected.add(ConnectJson.text(null, append.fields()));
                }
            }
            expected.add(ConnectJson.text(null, Map.of("n", 1)));
            run.settle();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(subscriber.messages()).isEqualTo(expected));
        }
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return histories(Oracle.MODES.keySet(), 1);
    }

    @Provide
    Arbitrary<List<Step>> historiesOfMessages() {
        return histories(Set.of(NEWS), 0);
    }

    /** @param deaths how often Redis dies, and loses everything */
    private static Arbitrary<List<Step>> histories(Set<String> allTopics, int deaths) {
        Arbitrary<String> topics = Arbitraries.of(allTopics);
        Arbitrary<String> keys = Arbitraries.of("a", "b", "c", "d");
        Arbitrary<Map<String, Integer>> fields = Arbitraries.maps(
                        Arbitraries.of("f1", "f2", "f3"),
                        Arbitraries.integers().between(-50, 50).injectNull(0.1))
                .map(some -> {
                    Map<String, Integer> all = new HashMap<>(some);
                    all.put("n", some.size());
                    return all;
                });
        Arbitrary<Integer> sizes = Arbitraries.integers().between(1, 40);
        Arbitrary<Step> step = Arbitraries.frequencyOf(
                Tuple.of(
                        100,
                        topics.flatMap(topic ->
                                keys.flatMap(key -> fields.map(values -> new Step.Append(topic, key, values))))),
                Tuple.of(15, topics.flatMap(topic -> keys.map(key -> new Step.Append(topic, key, null)))),
                Tuple.of(50, topics.flatMap(topic -> sizes.map(max -> new Step.Deliver(topic, max)))),
                Tuple.of(8, Arbitraries.create(Step.Commit::new)),
                Tuple.of(4, Arbitraries.create(Step.RestartTask::new)),
                Tuple.of(3, Arbitraries.create(Step.Rebalance::new)),
                Tuple.of(10, topics.flatMap(topic -> sizes.map(max -> new Step.OldTaskWrites(topic, max)))),
                Tuple.of(2, Arbitraries.integers().between(1, 60).map(Step.Rewind::new)),
                Tuple.of(2 * deaths, Arbitraries.create(Step.KillRedis::new)),
                Tuple.of(deaths, Arbitraries.create(Step.EmptyRedis::new)),
                Tuple.of(1, Arbitraries.create(Step.FlushScripts::new)));
        return step.list().ofMinSize(100).ofMaxSize(400);
    }

    private static final class Run {
        private final Map<String, Partition> logs = new HashMap<>();
        private final Oracle oracle = new Oracle();
        private final Map<String, String> settings;
        private RecordingContext context;
        private RedisSinkTask task;
        private RecordingContext oldContext;
        private RedisSinkTask oldTask;

        Run(Map<String, String> settings) {
            this.settings = settings;
            for (String topic : settings.get("topics").split(",")) {
                logs.put(topic, new Partition(topic, 0));
            }
            start();
        }

        void step(Step step) {
            if (step instanceof Step.Append append) {
                logs.get(append.topic()).append(append.key(), append.fields());
                apply(append.topic(), append.key(), append.fields());
            } else if (step instanceof Step.Deliver deliver) {
                logs.get(deliver.topic()).turn(task, context, deliver.max());
            } else if (step instanceof Step.Commit) {
                logs.values().forEach(log -> log.commit(task, context));
            } else if (step instanceof Step.RestartTask) {
                task.stop();
                start();
            } else if (step instanceof Step.Rebalance) {
                stopOldTask();
                oldTask = task;
                oldContext = context;
                start();
            } else if (step instanceof Step.OldTaskWrites writes) {
                oldTaskWrites(writes);
            } else if (step instanceof Step.Rewind rewind) {
                task.stop();
                logs.values().forEach(log -> log.moveTo(Math.max(0, log.committed() - rewind.by())));
                start();
            } else if (step instanceof Step.FlushScripts) {
                try (Jedis redis = server.client()) {
                    redis.scriptFlush();
                }
            } else {
                restartRedis(step instanceof Step.EmptyRedis);
            }
        }

        void settle() {
            try {
                logs.values().forEach(log -> {
                    log.append("last", Map.of("n", 1));
                    apply(log.id().topic(), "last", Map.of("n", 1));
                });
                logs.values().forEach(log -> log.drainUntil(task, context, () -> isApplied(log)));
                logs.values().forEach(log -> log.drainUntil(task, context, () -> log.isConsumed() && isApplied(log)));
                try (Jedis redis = server.client()) {
                    oracle.check(redis);
                }
            } finally {
                stopOldTask();
                task.stop();
            }
        }

        private void apply(String topic, String key, Map<String, Integer> fields) {
            if (!topic.equals(NEWS)) {
                oracle.apply(topic, key, fields);
            }
        }

        private boolean isApplied(Partition log) {
            try (Jedis redis = server.client()) {
                List<String> ledger =
                        redis.hmget("millrace:ledger:sink:" + log.id().topic() + ":0", "offset", "count");
                return ledger.equals(List.of("" + (log.end() - 1), "" + log.end()));
            }
        }

        private void oldTaskWrites(Step.OldTaskWrites writes) {
            if (oldTask == null) {
                return;
            }
            try {
                oldTask.put(logs.get(writes.topic()).next(writes.max()));
            } catch (RetriableException unavailable) {
                return;
            }
            if (!oldContext.takeSeeks().isEmpty()) {
                // It would read on from elsewhere, and this one has no log of its own to do that.
                stopOldTask();
            }
        }

        private void stopOldTask() {
            if (oldTask != null) {
                oldTask.stop();
                oldTask = null;
            }
        }

        private void start() {
            context = new RecordingContext(false);
            task = new RedisSinkTask();
            task.initialize(context);
            Map<String, String> properties = new HashMap<>(settings);
            properties.putAll(Map.of(
                    "name", "sink",
                    "redis.uri", server.uri(),
                    "batch.max.records", "7",
                    "retry.backoff.max.ms", "10"));
            task.start(properties);
            List<Partition> all = new ArrayList<>(logs.values());
            all.forEach(log -> log.assign(task));
        }

        private static void restartRedis(boolean empty) {
            server.kill();
            try {
                if (empty) {
                    server.forget();
                }
                server.start();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
