package io.millrace.connect.redis;

import io.millrace.connect.commons.testing.Partition;
import io.millrace.connect.commons.testing.RecordingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A task with its worker's side, over one partition of each of some topics. */
final class Sink implements AutoCloseable {

    final RecordingContext context = new RecordingContext(true);
    final Map<String, String> properties = new HashMap<>();
    private final List<Partition> partitions;
    private RedisSinkTask task;

    Sink(String uri, Map<String, String> more, Partition... partitions) {
        this.partitions = List.of(partitions);
        properties.putAll(Map.of(
                "name", "sink",
                "topics",
                        String.join(
                                ",",
                                this.partitions.stream()
                                        .map(p -> p.id().topic())
                                        .toList()),
                "redis.uri", uri,
                "socket.timeout.ms", "1500",
                "retry.backoff.max.ms", "50",
                "errors.tolerance", "all"));
        properties.putAll(more);
        start();
    }

    RedisSinkTask task() {
        return task;
    }

    /** Starts again from the committed offsets, as a worker does that has died. */
    void restart() {
        task.stop();
        context.takeSeeks();
        start();
    }

    void drain() {
        partitions.forEach(partition -> partition.drain(task, context, 500, 50));
    }

    private void start() {
        task = new RedisSinkTask();
        task.initialize(context);
        task.start(properties);
        partitions.forEach(partition -> partition.assign(task));
    }

    @Override
    public void close() {
        task.stop();
    }
}
