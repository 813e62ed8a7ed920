package io.millrace.connect.jdbc;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;

/** Finds a row's place in the order of reading. */
final class RowKeys {
    private final Dialect dialect;
    private final Calendar zone;
    private final Integer id;
    private final List<Integer> timestamps = new ArrayList<>();

    RowKeys(ResultSetMetaData result, String id, List<String> timestamps, Dialect dialect, Calendar zone)
            throws SQLException {
        this.dialect = dialect;
        this.zone = zone;
        this.id = id == null ? null : column(result, id);
        for (String timestamp : timestamps) {
            this.timestamps.add(column(result, timestamp));
        }
    }

    Position read(ResultSet row) throws SQLException {
        Timestamp time = null;
        for (int i = 0; i < timestamps.size() && time == null; i++) {
            time = dialect.timestamp(row, timestamps.get(i), zone);
        }
        return new Position(time, id == null ? null : id(row));
    }

    private Long id(ResultSet row) throws SQLException {
        BigDecimal value = row.getBigDecimal(id);
        if (value == null) {
            throw new ConnectException("a row has no value in the incrementing column; use a column that is NOT NULL");
        }
        try {
            return value.longValueExact();
        } catch (ArithmeticException e) {
            throw new ConnectException("the incrementing column has the value " + value.toPlainString()
                    + ", which is no 64-bit integer; use another column, or mode timestamp");
        }
    }

    /** @param name as it stands in SQL: exactly, or without the table's alias, or in other case */
    private static int column(ResultSetMetaData result, String name) throws SQLException {
        String bare = name.substring(name.lastIndexOf('.') + 1);
        int found = 0;
        for (int i = result.getColumnCount(); i > 0; i--) {
            String label = result.getColumnLabel(i);
            if (label.equals(name) || label.equals(bare)) {
                return i;
            }
            found = label.equalsIgnoreCase(bare) ? i : found;
        }
        if (found == 0) {
            throw new ConnectException("the rows have no column " + name + "; name one that the SELECT returns");
        }
        return found;
    }
}
