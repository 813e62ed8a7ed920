package io.millrace.connect.jdbc;

import java.sql.Timestamp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Where Connect keeps positions, under the names that kafka-connect-jdbc uses. */
final class Offsets {
    private static final String TABLE = "table";
    private static final String PROTOCOL = "protocol";
    private static final String QUERY = "query";

    private Offsets() {}

    /**
     * Connect stores it as text in the map's own order and finds it by that text again. So the order has to be that of the
     * maps which Connect and the original make, in every process; that of {@code Map.of} changes with each start.
     *
     * @param table null for the query
     */
    static Map<String, String> partition(TableName table) {
        Map<String, String> partition = new HashMap<>();
        if (table == null) {
            partition.put(QUERY, QUERY);
        } else {
            partition.put(TABLE, table.qualified());
            partition.put(PROTOCOL, "1");
        }
        return partition;
    }

    /** The stored position, else the one that the configuration starts with. @param catalog may be null */
    static Position position(OffsetStorageReader stored, TableName table, String catalog, JdbcSourceConfig config) {
        List<Map<String, String>> names = table == null
                ? List.of(partition(null))
                : Stream.of(
                                partition(table),
                                // Drivers differ in whether they name the catalog; the oldest versions had the name
                                // alone.
                                partition(new TableName(catalog, table.schema(), table.name())),
                                Map.of(TABLE, table.name()))
                        .distinct()
                        .toList();
        Map<Map<String, String>, Map<String, Object>> found = stored.offsets(names);
        return names.stream()
                .map(found::get)
                .filter(Objects::nonNull)
                .filter(offset -> !offset.isEmpty())
                .findFirst()
                .map(Position::of)
                .orElseGet(() -> initial(config));
    }

    private static Position initial(JdbcSourceConfig config) {
        Long initial = config.getLong(JdbcSourceKeys.TIMESTAMP_INITIAL);
        if (initial == null || !config.mode().byTimestamp()) {
            return Position.START;
        }
        Timestamp start = new Timestamp(initial == -1 ? System.currentTimeMillis() : initial);
        return new Position(start, config.mode().byId() ? Long.MIN_VALUE : null);
    }

    /** Refuses what the tasks could not read. */
    static void check(JdbcSourceConfig config, Map<Map<String, ?>, Map<String, ?>> changed) {
        if (config.mode() == Mode.BULK) {
            throw new ConnectException("mode bulk keeps no offsets; there is nothing to change");
        }
        changed.forEach((partition, offset) -> {
            boolean query = partition.equals(Map.of(QUERY, QUERY));
            boolean table = partition.get(TABLE) instanceof String
                    && (partition.size() == 1 || partition.size() == 2 && "1".equals(partition.get(PROTOCOL)));
            if (!query && !table) {
                throw new ConnectException("a partition is {\"protocol\":\"1\",\"table\":\"schema.name\"} or"
                        + " {\"query\":\"query\"}, not " + partition);
            }
            if (offset == null) {
                return;
            }
            Position position = Position.of(offset);
            if (config.mode().byTimestamp() && position.timestamp() == null
                    || config.mode() == Mode.INCREMENTING && position.id() == null) {
                throw new ConnectException("an offset of mode " + config.getString(JdbcSourceKeys.MODE) + " needs "
                        + (config.mode().byTimestamp() ? "timestamp" : "incrementing"));
            }
        });
    }
}
