package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.testing.Partition;
import io.millrace.connect.commons.testing.RecordingContext;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** A task of the sink before a server, with a partition to consume; faults can be put between them. */
final class SinkHarness implements AutoCloseable {

    static final String CONNECTOR = "to-es";

    private final ElasticsearchServer server;
    private final FaultProxy proxy;
    private final RecordingContext context = new RecordingContext(true);
    private final Partition partition;
    private Map<String, String> properties = Map.of();
    private ElasticsearchSinkTask task;

    SinkHarness(ElasticsearchServer server, String topic) {
        this.server = server;
        this.partition = new Partition(topic, 0);
        try {
            this.proxy = new FaultProxy(server.url());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
        server.send("DELETE", "/millrace-ledger?ignore_unavailable=true", null);
    }

    /** Starts the task with these properties beside the usual ones. */
    void start(Map<String, String> more) {
        properties = more;
        task = new ElasticsearchSinkTask();
        task.initialize(context);
        task.start(all());
        partition.assign(task);
    }

    /** Stops the task as a crash does, and starts it where offsets were committed, or some records before. */
    void restart(long back) {
        task.stop();
        // A rebalance takes longer than a request that the stopped task has left behind.
        Awaitility.await().until(() -> !proxy.isBusy());
        partition.moveTo(Math.max(0, partition.committed() - back));
        start(properties);
    }

    Map<String, String> all() {
        Map<String, String> all = new HashMap<>(Map.of(
                "name", CONNECTOR,
                "elasticsearch.url", proxy.url(),
                "retry.backoff.min.ms", "5",
                "retry.backoff.max.ms", "50",
                "errors.tolerance", "all"));
        all.putAll(properties);
        return all;
    }

    ElasticsearchSinkTask task() {
        return task;
    }

    Partition partition() {
        return partition;
    }

    RecordingContext context() {
        return context;
    }

    FaultProxy proxy() {
        return proxy;
    }

    void turn(int max) {
        partition.turn(task, context, max);
    }

    void commit() {
        partition.commit(task, context);
    }

    /** Works until every record is committed. */
    void finish() {
        partition.drainUntil(task, context, () -> {
            commit();
            return partition.committed() == partition.end();
        });
    }

    /** The documents of an index by id. */
    Map<String, Map<String, Object>> documents(String index) {
        server.send("POST", "/" + index + "/_refresh", null);
        Map<String, Map<String, Object>> documents = new TreeMap<>();
        Map<String, Object> hits = Json.path(server.get("/" + index + "/_search?size=10000"), "hits");
        for (Object hit : (List<?>) hits.getOrDefault("hits", List.of())) {
            @SuppressWarnings("unchecked")
            Map<String, Object> document = (Map<String, Object>) hit;
            documents.put((String) document.get("_id"), Json.path(document, "_source"));
        }
        return documents;
    }

    /** The ledger's document of the partition. */
    Map<String, Object> ledger() {
        String id = CONNECTOR + "%7C" + partition.id().topic() + "%7C"
                + partition.id().partition();
        return Json.path(server.get("/millrace-ledger/_doc/" + id), "_source");
    }

    @Override
    public void close() {
        task.stop();
        proxy.close();
    }
}
