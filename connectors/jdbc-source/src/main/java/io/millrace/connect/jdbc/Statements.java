package io.millrace.connect.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The SELECT of one table or query: keyset conditions behind the last row, a limit above, in the order of the keys.
 *
 * @param from {@code SELECT ...} without conditions
 * @param id quoted column; null when rows are not told apart by id
 * @param timestamps quoted columns; empty when rows are not told apart by time
 */
record Statements(Dialect dialect, String from, String id, List<String> timestamps, String suffix) {

    /** Up to where rows are read: times below, ids up to; null for no limit. */
    record Limit(Timestamp before, Long lastId) {}

    PreparedStatement prepare(Connection connection, Position after, Limit limit, Calendar zone) throws SQLException {
        List<String> conditions = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        String time = time();
        if (time != null && limit.before() != null) {
            conditions.add(time + " < ?");
            values.add(limit.before());
        }
        if (time != null && after.timestamp() != null) {
            if (id != null && after.id() != null) {
                conditions.add("((" + time + " = ? AND " + id + " > ?) OR " + time + " > ?)");
                values.add(after.timestamp());
                values.add(after.id());
                values.add(after.timestamp());
            } else {
                conditions.add(time + " > ?");
                values.add(after.timestamp());
            }
        } else if (time == null && id != null && after.id() != null) {
            conditions.add(id + " > ?");
            values.add(after.id());
        }
        if (time == null && id != null && limit.lastId() != null) {
            conditions.add(id + " <= ?");
            values.add(limit.lastId());
        }
        PreparedStatement statement = connection.prepareStatement(sql(conditions));
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof Timestamp timestamp) {
                dialect.bind(statement, i + 1, timestamp, zone);
            } else {
                statement.setLong(i + 1, (Long) values.get(i));
            }
        }
        return statement;
    }

    String largestId() {
        return "SELECT MAX(" + id + ") FROM (" + from + ") millrace_rows";
    }

    /** The statement with conditions. */
    String sql(List<String> conditions) {
        String order = java.util.stream.Stream.of(time(), id)
                .filter(java.util.Objects::nonNull)
                .collect(Collectors.joining(", "));
        return from
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                + (order.isEmpty() ? "" : " ORDER BY " + order)
                + (suffix.isBlank() ? "" : " " + suffix);
    }

    private String time() {
        if (timestamps.isEmpty()) {
            return null;
        }
        return dialect.comparable(
                timestamps.size() == 1 ? timestamps.get(0) : "COALESCE(" + String.join(", ", timestamps) + ")");
    }
}
