package io.millrace.connect.mqtt;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * What Connect remembers of a session. The broker knows where to go on, so this is only a number that makes each record's
 * offset its own, and the filters that the session was subscribed to when the task last wrote: those that are not wanted
 * any more have to be given up by somebody. Used by one thread.
 */
final class SessionOffsets {
    private static final String CLIENT = "client";
    private static final String SEQUENCE = "sequence";
    private static final String FILTERS = "filters";
    private static final String SEPARATOR = "\n";

    private final Map<String, String> partition;
    private final String filters;
    private final List<String> abandoned;
    private long sequence;

    private SessionOffsets(Map<String, String> partition, String filters, List<String> abandoned, long sequence) {
        this.partition = partition;
        this.filters = filters;
        this.abandoned = abandoned;
        this.sequence = sequence;
    }

    /** @param reader of the offsets that were committed */
    static SessionOffsets resume(String client, List<String> filters, OffsetStorageReader reader) {
        Map<String, String> partition = Map.of(CLIENT, client);
        Map<String, Object> last = reader.offset(partition);
        long sequence = last != null && last.get(SEQUENCE) instanceof Number number ? number.longValue() : 0;
        List<String> abandoned = last != null && last.get(FILTERS) instanceof String before
                ? List.of(before.split(SEPARATOR)).stream()
                        .filter(filter -> !filters.contains(filter))
                        .toList()
                : List.of();
        return new SessionOffsets(partition, String.join(SEPARATOR, filters), abandoned, sequence);
    }

    Map<String, ?> partition() {
        return partition;
    }

    /** Filters of the session that are not wanted any more. */
    List<String> abandoned() {
        return abandoned;
    }

    /** The offset of the next record. */
    Map<String, ?> next() {
        return Map.of(SEQUENCE, ++sequence, FILTERS, filters);
    }
}
