package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.testing.Partition;
import io.millrace.testing.Ports;
import io.millrace.testing.TlsFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Mutual TLS to every server that the first address leads to: the nodes of a cluster, Sentinels and their master. */
class SecureClusterIT {

    @TempDir
    Path folder;

    @TempDir
    static Path certificates;

    private static TlsFixture served;
    private static TlsFixture client;
    private static Path trusted;

    @BeforeAll
    static void makeCertificates() throws Exception {
        served = TlsFixture.create(certificates, "server", "127.0.0.1");
        client = TlsFixture.create(certificates, "client", "127.0.0.2");
        trusted = Files.writeString(
                certificates.resolve("trusted.pem"),
                Files.readString(served.certificate()) + Files.readString(client.certificate()));
    }

    @Test
    void allNodesOfAClusterAreReachedWithTls() throws IOException {
        int lowPort = Ports.free();
        int highPort = Ports.free();
        try (RedisServer low = node("low", lowPort);
                RedisServer high = node("high", highPort);
                Jedis one = low.client();
                Jedis two = high.client()) {
            one.clusterAddSlots(IntStream.range(0, 8_000).toArray());
            two.clusterAddSlots(IntStream.range(8_000, 16_384).toArray());
            one.clusterMeet("127.0.0.1", highPort);
            await(() -> one.clusterInfo().contains("cluster_state:ok")
                    && two.clusterInfo().contains("cluster_state:ok"));
            Partition orders = new Partition("orders", 0);
            Partition events = new Partition("events", 0);
            Map<String, String> properties = properties();
            properties.put("write.mode.events", "list");
            properties.put("key.template.events", "{${topic}:${partition}}");
            try (Sink sink = new Sink("rediss://127.0.0.1:" + lowPort, properties, orders, events)) {
                for (int i = 0; i < 300; i++) {
                    orders.append("k" + i, Map.of("n", i));
                    events.append("k", Integer.toString(i));
                }
                sink.drain();
                assertThat(one.keys("orders:*").size() + two.keys("orders:*").size())
                        .isEqualTo(300);
                assertThat(one.keys("orders:*")).isNotEmpty();
                assertThat(two.keys("orders:*")).isNotEmpty();
                Jedis owner = one.keys("{events:0}").isEmpty() ? two : one;
                assertThat(owner.lrange("{events:0}", 0, -1)).isEqualTo(numbers(300));
            }
        }
    }

    @Test
    void aFailoverIsFollowedWhereSentinelsAndServersSpeakTlsOnly() throws IOException {
        int masterPort = Ports.free();
        int replicaPort = Ports.free();
        try (RedisServer master = start("master", masterPort);
                RedisServer replica = start(
                        "replica",
                        replicaPort,
                        "--replicaof",
                        "127.0.0.1",
                        "" + masterPort,
                        "--repl-diskless-sync-delay",
                        "0");
                Jedis second = replica.client()) {
            await(() -> second.info().contains("master_link_status:up"));
            followFailover(master, replica, masterPort);
        }
    }

    private void followFailover(RedisServer master, RedisServer replica, int masterPort) throws IOException {
        int sentinelPort = Ports.free();
        try (RedisServer sentinel = RedisServer.startSentinel(
                        Files.createDirectory(folder.resolve("sentinel")),
                        masterPort,
                        RedisServer.tls(sentinelPort, served, trusted).toArray(String[]::new));
                Jedis second = replica.client();
                Jedis watcher = sentinel.client()) {
            await(() -> watcher.info().contains("slaves=1"));
            Partition events = new Partition("events", 0);
            Map<String, String> properties = properties();
            properties.put("write.mode", "list");
            properties.put("redis.sentinel.master", "main");
            try (Sink sink = new Sink("rediss://127.0.0.1:" + sentinelPort, properties, events)) {
                append(events, 100);
                sink.drain();
                await(() -> second.llen("events") == 100);
                master.kill();
                append(events, 100);
                await(() -> {
                    sink.drain();
                    return events.isConsumed();
                });
                // Sentinel closes the connections of a server that it makes the master.
                try (Jedis promoted = replica.client()) {
                    assertThat(promoted.lrange("events", 0, -1)).isEqualTo(numbers(200));
                }
            }
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
    }

    private RedisServer node(String name, int tlsPort) throws IOException {
        return start(name, tlsPort, "--cluster-enabled", "yes", "--tls-cluster", "yes");
    }

    private RedisServer start(String name, int tlsPort, String... more) throws IOException {
        List<String> options = new ArrayList<>(RedisServer.tls(tlsPort, served, trusted));
        options.addAll(List.of(more));
        return RedisServer.start(Files.createDirectory(folder.resolve(name)), options.toArray(String[]::new));
    }

    private Map<String, String> properties() {
        return new HashMap<>(Map.of(
                "tls.truststore.location",
                served.certificate().toString(),
                "tls.keystore.location",
                client.both().toString()));
    }

    private static void append(Partition events, int count) {
        for (int i = 0; i < count; i++) {
            events.append("k", Long.toString(events.end()));
        }
    }

    private static List<String> numbers(int end) {
        return IntStream.range(0, end).mapToObj(Integer::toString).toList();
    }
}
