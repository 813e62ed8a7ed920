package io.millrace.connect.redis;

import io.millrace.connect.commons.RetriableFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Which master serves a key, as one node says. It is asked again when a node says otherwise. */
final class ClusterSlots {

    private final TreeMap<Integer, HostAndPort> firstSlots = new TreeMap<>();

    /**
     * Asks a node.
     *
     * @param host the address that the node was reached at, for nodes that do not know their own
     * @throws RetriableFailure when slots have no master now
     */
    static ClusterSlots ask(RedisSession session, String host) {
        ClusterSlots slots = new ClusterSlots();
        int next = 0;
        List<?> ranges = (List<?>)
                session.read(List.of(RedisCommand.of("CLUSTER", "SLOTS"))).get(0);
        Map<Long, List<?>> sorted = new TreeMap<>();
        ranges.forEach(range -> sorted.put((Long) ((List<?>) range).get(0), (List<?>) range));
        for (Map.Entry<Long, List<?>> range : sorted.entrySet()) {
            if (range.getKey() != next) {
                break;
            }
            List<?> master = (List<?>) range.getValue().get(2);
            String name = master.get(0) == null ? "" : new String((byte[]) master.get(0), StandardCharsets.UTF_8);
            int port = ((Long) master.get(1)).intValue();
            slots.firstSlots.put(next, new HostAndPort(name.isEmpty() ? host : name, port));
            next = ((Long) range.getValue().get(1)).intValue() + 1;
        }
        if (next != 16_384) {
            throw new RetriableFailure("The cluster at " + session.address() + " has no master for slot " + next, null);
        }
        return slots;
    }

    HostAndPort of(String key) {
        return firstSlots.floorEntry(JedisClusterCRC16.getSlot(key)).getValue();
    }
}
