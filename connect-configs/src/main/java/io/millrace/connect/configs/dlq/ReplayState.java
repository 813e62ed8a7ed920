package io.millrace.connect.configs.dlq;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which records of a partition have been replayed: all before a position, and some after it. Kept as the committed offset of
 * a consumer group and its metadata, so that it changes in the transaction that replays. Immutable.
 *
 * @param position every record before it is done
 * @param beyond offsets from the position on that are done, too
 */
record ReplayState(long position, NavigableSet<Long> beyond) {
    /** Kafka takes 4096 bytes of metadata unless it is told otherwise. */
    static final int LONGEST_TEXT = 4_000;

    static final ReplayState NOTHING = new ReplayState(0, new TreeSet<>());

    static ReplayState of(long position, String metadata) {
        NavigableSet<Long> beyond = new TreeSet<>();
        if (metadata != null && !metadata.isBlank()) {
            for (String offset : metadata.split(",")) {
                beyond.add(Long.parseLong(offset));
            }
        }
        return new ReplayState(position, beyond);
    }

    boolean isDone(long offset) {
        return offset < position || beyond.contains(offset);
    }

    /**
     * The state when these are done as well.
     *
     * @param existing offsets of all records that the partition holds; there are gaps between them
     */
    ReplayState with(Collection<Long> done, NavigableSet<Long> existing) {
        NavigableSet<Long> all = new TreeSet<>(beyond);
        all.addAll(done);
        long first = position;
        for (long offset : existing) {
            if (offset >= first && !all.contains(offset)) {
                return new ReplayState(offset, new TreeSet<>(all.tailSet(offset, true)));
            }
            first = Math.max(first, offset + 1);
        }
        return new ReplayState(first, new TreeSet<>());
    }

    /** For {@link #of}. */
    String metadata() {
        return beyond.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
