package io.millrace.connect.commons.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.awaitility.Awaitility;

/**
 * One topic-partition and the worker that consumes it: keeps the log, the position and the committed offset, and follows
 * the seeks that the task asks for, as Connect's worker does.
 */
public final class Partition {

    private final TopicPartition id;
    private final List<SinkRecord> log = new ArrayList<>();
    private int position;
    private long committed;

    public Partition(String topic, int partition) {
        this.id = new TopicPartition(topic, partition);
    }

    public TopicPartition id() {
        return id;
    }

    /** Appends a record with a string key; returns its offset. */
    public long append(String key, Schema valueSchema, Object value) {
        long offset = log.size();
        log.add(new SinkRecord(
                id.topic(),
                id.partition(),
                key == null ? null : Schema.STRING_SCHEMA,
                key,
                valueSchema,
                value,
                offset,
                1_700_000_000_000L + offset,
                TimestampType.CREATE_TIME));
        return offset;
    }

    public long append(String key, Object value) {
        return append(key, null, value);
    }

    public long end() {
        return log.size();
    }

    /** Whether the consumer has read everything. */
    public boolean isConsumed() {
        return position == log.size();
    }

    public long committed() {
        return committed;
    }

    /** The records from the position on, without moving it. */
    public Collection<SinkRecord> next(int max) {
        return new ArrayList<>(log.subList(position, Math.min(log.size(), position + max)));
    }

    public List<SinkRecord> log() {
        return log;
    }

    /** Starts consuming from the committed offset, as after a restart of the worker. */
    public void assign(SinkTask task) {
        position = (int) committed;
        task.open(List.of(id));
    }

    public void moveTo(long offset) {
        position = (int) offset;
        committed = offset;
    }

    /** One turn of the worker; retriable failures leave the position alone, as a redelivery does. */
    public void turn(SinkTask task, RecordingContext context, int max) {
        seek(context);
        Collection<SinkRecord> batch = next(max);
        try {
            task.put(batch);
            position += batch.size();
        } catch (RetriableException again) {
            return;
        }
    }

    /** Turns until the log is consumed and nothing is left to seek, at most for the number of turns given. */
    public void drain(SinkTask task, RecordingContext context, int max, int turns) {
        for (int i = 0; i < turns; i++) {
            turn(task, context, max);
            seek(context);
            if (position == log.size()) {
                commit(task, context);
                turn(task, context, max);
                seek(context);
                if (position == log.size()) {
                    commit(task, context);
                    return;
                }
            }
        }
    }

    public void commit(SinkTask task, RecordingContext context) {
        Map<TopicPartition, OffsetAndMetadata> consumed = new HashMap<>();
        consumed.put(id, new OffsetAndMetadata(position));
        OffsetAndMetadata offset = task.preCommit(consumed).get(id);
        if (offset != null) {
            committed = offset.offset();
        }
    }

    /** Waits for a condition by taking turns; the store's state is what is waited for. */
    public void drainUntil(SinkTask task, RecordingContext context, Supplier<Boolean> done) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    turn(task, context, 500);
                    return done.get();
                });
    }

    private void seek(RecordingContext context) {
        Long target = context.takeSeek(id);
        if (target != null) {
            position = target.intValue();
        }
    }
}
