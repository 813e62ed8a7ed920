package io.millrace.connect.redis;

import io.millrace.testing.bench.BenchRun;
import io.millrace.testing.bench.BenchWorker;
import java.util.HashMap;
import java.util.Map;
import redis.clients.jedis.Jedis;

/** The connectors that take turns in the worker of the bench, and what is seen of them in Redis. */
final class BenchConnectors {

    /** More keys than this are the records themselves; fewer hold them as members. */
    private static final int FEW_KEYS = 16;

    private final BenchWorker worker;
    private final RedisServer redis;
    private final int count;

    BenchConnectors(BenchWorker worker, RedisServer redis, int count) {
        this.worker = worker;
        this.redis = redis;
        this.count = count;
    }

    /** The worker's part of the work: reads and converts every record, and drops it before it comes to the task. */
    BenchRun.Figure withoutSink() throws Exception {
        Map<String, String> config = config("string", "exactly_once");
        config.put("transforms", "drop");
        config.put("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter");
        return run(config, connectNumber("sink-record-read-total"));
    }

    BenchRun.Figure ours(String mode, String delivery) throws Exception {
        return run(config(mode, delivery), this::items);
    }

    /**
     * What a peer writes is seen in Redis. One that does not ask for the address of this Redis writes elsewhere: of that is
     * known what Connect says it has been given.
     *
     * @param config with placeholders for the address
     */
    BenchRun.Figure peer(Map<String, String> config) throws Exception {
        Map<String, String> all = new HashMap<>();
        config.forEach((key, value) -> all.put(
                key,
                value.replace("${redis.uri}", redis.uri())
                        .replace("${redis.host}", "127.0.0.1")
                        .replace("${redis.port}", Integer.toString(redis.port()))
                        .replace("${topic}", RedisSinkBench.PARTITION.topic())));
        if (!all.containsKey("topics.regex")) {
            all.putIfAbsent("topics", RedisSinkBench.PARTITION.topic());
        }
        if (config.values().stream().anyMatch(value -> value.contains("${redis."))) {
            return run(all, this::items);
        }
        return run(all, connectNumber("sink-record-send-total"));
    }

    private BenchWorker.Progress connectNumber(String metric) {
        String bean = "kafka.connect:type=sink-task-metrics,connector=" + worker.nextName() + ",task=0";
        return () -> (long) worker.numbers().number(bean, metric);
    }

    private BenchRun.Figure run(Map<String, String> config, BenchWorker.Progress progress) throws Exception {
        try (Jedis jedis = redis.client()) {
            jedis.flushAll();
        }
        String name = worker.nextName();
        return worker.run(config, progress, count, new BenchWorker.Meter() {
            private double server;
            private double put;

            @Override
            public void begin() throws Exception {
                server = redis.processorMicros();
                put = worker.numbers().ofTask("redis-sink", name, "put-ms-total");
            }

            @Override
            public String remark(long records, double seconds) throws Exception {
                String remark = "Redis %.1f us".formatted((redis.processorMicros() - server) / Math.max(1, records));
                double inPut = (worker.numbers().ofTask("redis-sink", name, "put-ms-total") - put) / 10 / seconds;
                return Double.isNaN(inPut) ? remark : remark + ", %.0f %% of the time in put()".formatted(inPut);
            }
        });
    }

    /** How many records can be seen in Redis, whoever has written them. */
    private long items() {
        try (Jedis jedis = redis.client()) {
            long keys = jedis.dbSize();
            if (keys > FEW_KEYS) {
                return keys;
            }
            long members = 0;
            for (String key : jedis.keys("*")) {
                if (!key.startsWith("millrace:")) {
                    members += switch (jedis.type(key)) {
                        case "zset" -> jedis.zcard(key);
                        case "set" -> jedis.scard(key);
                        case "list" -> jedis.llen(key);
                        case "stream" -> jedis.xlen(key);
                        default -> 1;
                    };
                }
            }
            return members;
        }
    }

    private Map<String, String> config(String mode, String delivery) {
        Map<String, String> config = RedisSinkBench.sink(mode, delivery, redis.uri());
        config.put("connector.class", RedisSinkConnector.class.getName());
        return config;
    }
}
