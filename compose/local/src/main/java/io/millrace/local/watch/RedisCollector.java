package io.millrace.local.watch;

import io.millrace.local.StackAddress;
import java.util.Map;
import java.util.stream.Collectors;
import redis.clients.jedis.RedisClient;

/** Redis' own numbers. */
final class RedisCollector implements Collector {
    private final StackAddress address;

    RedisCollector(StackAddress address) {
        this.address = address;
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public void collect(PrometheusText text) {
        try (RedisClient redis = RedisClient.create(StackAddress.HOST, address.redis())) {
            Map<String, String> info = redis.info()
                    .lines()
                    .map(line -> line.split(":", 2))
                    .filter(pair -> pair.length == 2)
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].strip(), (first, second) -> first));
            number(text, info, "millrace_redis_memory_bytes", "Memory in use.", "used_memory");
            number(text, info, "millrace_redis_memory_limit_bytes", "maxmemory; 0: none.", "maxmemory");
            number(text, info, "millrace_redis_clients", "Connections.", "connected_clients");
            number(text, info, "millrace_redis_evicted_keys", "Keys removed for want of memory.", "evicted_keys");
            number(
                    text,
                    info,
                    "millrace_redis_rejected_connections",
                    "Connections refused for their number.",
                    "rejected_connections");
            number(text, info, "millrace_redis_commands", "Commands since the start.", "total_commands_processed");
            text.gauge("millrace_redis_keys", "Keys.", redis.dbSize());
        }
    }

    private static void number(PrometheusText text, Map<String, String> info, String name, String help, String field) {
        if (info.containsKey(field)) {
            text.gauge(name, help, Double.parseDouble(info.get(field)));
        }
    }
}
