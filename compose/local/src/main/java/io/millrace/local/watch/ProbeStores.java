package io.millrace.local.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.StackAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;

/** Looks for the rows of probes in Redis and Elasticsearch, only for those that are awaited. Each method: one thread. */
final class ProbeStores implements AutoCloseable {
    private static final String SERVED = "serving.probes";
    private static final int MOST = 500;

    private final ObjectMapper json = new ObjectMapper();
    private final ProbeBook book;
    private final RedisClient redis;
    private final HttpJson elasticsearch;

    ProbeStores(StackAddress address, ProbeBook book) {
        this.book = book;
        this.redis = RedisClient.create(StackAddress.HOST, address.redis());
        this.elasticsearch = new HttpJson(StackAddress.url(address.elasticsearch()));
    }

    /** @throws redis.clients.jedis.exceptions.JedisException when Redis does not answer */
    void lookInRedis() {
        List<Ping> awaited = book.awaitedAt(Hop.REDIS, MOST);
        List<Response<List<String>>> rows = new ArrayList<>();
        if (!awaited.isEmpty()) {
            try (AbstractPipeline pipeline = redis.pipelined()) {
                awaited.forEach(ping -> rows.add(pipeline.hmget(SERVED + ":" + ping.rowKey(), "run", "sequence")));
            }
        }
        for (int i = 0; i < rows.size(); i++) {
            List<String> row = rows.get(i).get();
            Ping ping = awaited.get(i);
            if (Objects.equals(row.get(0), ping.run()) && Objects.equals(row.get(1), Long.toString(ping.sequence()))) {
                book.seen(ping, Hop.REDIS);
            }
        }
    }

    /** @throws IOException when Elasticsearch does not answer */
    void lookInElasticsearch() throws IOException, InterruptedException {
        List<Ping> awaited = book.awaitedAt(Hop.ELASTICSEARCH, MOST);
        if (awaited.isEmpty()) {
            return;
        }
        ObjectNode search = json.createObjectNode().put("size", awaited.size());
        search.putArray("_source").add("probe").add("run").add("source").add("sequence");
        var ids = search.putObject("query").putObject("ids").putArray("values");
        awaited.forEach(ping -> ids.add(ping.rowKey()));
        JsonNode found = elasticsearch.post("/" + SERVED + "/_search?ignore_unavailable=true", search.toString());
        for (JsonNode hit : found.at("/hits/hits")) {
            JsonNode row = hit.path("_source");
            book.seen(
                    row.path("probe").asText(),
                    row.path("run").asText(),
                    row.path("source").asText(),
                    row.path("sequence").asLong(),
                    Hop.ELASTICSEARCH);
        }
    }

    @Override
    public void close() {
        redis.close();
    }
}
