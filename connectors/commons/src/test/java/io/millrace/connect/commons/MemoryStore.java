package io.millrace.connect.commons;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** A store in memory that a test can take away, or empty. */
final class MemoryStore implements Store {
    final List<Long> written = new ArrayList<>();
    final Map<TopicPartition, LedgerEntry> entries = new HashMap<>();
    boolean available = true;
    /** Whether what is written stays on its way. */
    boolean late;

    boolean failsNext;

    private Runnable onItsWay = () -> {};
    boolean connected;
    Set<TopicPartition> takenOver = Set.of();

    @Override
    public boolean connect(boolean idle) {
        if (idle) {
            settle();
        }
        if (!available) {
            connected = false;
            throw new RetriableFailure("the store is away", null);
        }
        boolean fresh = !connected;
        connected = true;
        return fresh;
    }

    @Override
    public Map<TopicPartition, LedgerEntry> readLedger(Collection<TopicPartition> partitions) {
        assertThat(connected).as("connected before the ledger is read").isTrue();
        refuse(partitions);
        Map<TopicPartition, LedgerEntry> found = new HashMap<>(entries);
        found.keySet().retainAll(partitions);
        return found;
    }

    @Override
    public void write(List<SinkRecord> records, LedgerBook ledger, Consumer<RejectedRecord> rejected) {
        List<TopicPartition> partitions =
                records.stream().map(LedgerBook::partitionOf).toList();
        refuse(partitions);
        if (failsNext) {
            failsNext = false;
            connected = false;
            throw new RetriableFailure("the store went away", null);
        }
        records.forEach(ledger::add);
        Map<TopicPartition, LedgerEntry> sent = ledger.sent();
        onItsWay = () -> {
            onItsWay = () -> {};
            if (!available) {
                connected = false;
                throw new RetriableFailure("the store is away", null);
            }
            refuse(partitions);
            records.forEach(record -> written.add(record.originalKafkaOffset()));
            entries.putAll(sent);
            ledger.applied(sent);
        };
        if (!late) {
            settle();
        }
    }

    /** As every failure, this ends the connection. */
    private void refuse(Collection<TopicPartition> partitions) {
        Set<TopicPartition> lost = new HashSet<>(takenOver);
        lost.retainAll(partitions);
        if (!lost.isEmpty()) {
            connected = false;
            throw new FencedFailure(lost);
        }
    }

    @Override
    public void settle() {
        onItsWay.run();
    }

    @Override
    public void close() {
        connected = false;
    }
}
