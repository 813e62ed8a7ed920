package io.millrace.connect.jdbc;

import io.millrace.connect.commons.config.NearestName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/**
 * The columns by which new rows of a table are found.
 *
 * @param id null when the mode needs none
 * @param timestamps empty when the mode needs none
 */
record TableColumns(String id, List<String> timestamps) {

    /** A column that cannot be used, with the key to change. */
    static final class Unusable extends ConfigException {
        private final String key;
        private final String problem;

        Unusable(String key, String problem) {
            super(key + ": " + problem);
            this.key = key;
            this.problem = problem;
        }

        String key() {
            return key;
        }

        String problem() {
            return problem;
        }
    }

    /** What the configuration says for a table, checked against the database; a query is taken at its word. */
    static TableColumns of(JdbcSourceConfig config, Database database, Connection connection, TableName table)
            throws SQLException {
        Mode mode = config.mode();
        String id = mode.byId() ? config.idColumn(table) : null;
        List<String> timestamps = mode.byTimestamp() ? config.timestampColumns(table) : List.of();
        if (mode.byTimestamp() && timestamps.isEmpty()) {
            throw new Unusable(
                    JdbcSourceKeys.TIMESTAMP,
                    "mode " + config.getString(JdbcSourceKeys.MODE)
                            + " needs the column with the time of the last change"
                            + (table == null ? "" : " of " + table.qualified()));
        }
        if (table == null) {
            if (mode.byId() && id.isEmpty()) {
                throw new Unusable(JdbcSourceKeys.INCREMENTING, "must be set with a query");
            }
            return new TableColumns(id, timestamps);
        }
        if (mode == Mode.BULK) {
            return new TableColumns(null, List.of());
        }
        List<Database.Column> columns = database.columns(connection, table);
        if (columns.isEmpty()) {
            throw new SQLException("table " + table.qualified() + " is not there", "42S02");
        }
        boolean strict = config.getBoolean(JdbcSourceKeys.VALIDATE_NON_NULL);
        if (mode.byId()) {
            Database.Column column =
                    id.isEmpty() ? countingUp(columns, table) : named(columns, id, table, JdbcSourceKeys.INCREMENTING);
            id = column.name();
            // A primary key of SQLite counts as nullable and never is when it counts up.
            if (strict && column.nullable() && !column.countsUp()) {
                throw new Unusable(
                        JdbcSourceKeys.INCREMENTING,
                        "column " + id + " of " + table.qualified() + " can be null; make it NOT NULL, or set "
                                + JdbcSourceKeys.VALIDATE_NON_NULL + "=false");
            }
        }
        List<Database.Column> times = timestamps.stream()
                .map(name -> named(columns, name, table, JdbcSourceKeys.TIMESTAMP))
                .toList();
        if (strict && !times.isEmpty() && times.stream().allMatch(Database.Column::nullable)) {
            throw new Unusable(
                    JdbcSourceKeys.TIMESTAMP,
                    "every one of " + String.join(", ", timestamps) + " of "
                            + table.qualified() + " can be null; add one that is NOT NULL, or set "
                            + JdbcSourceKeys.VALIDATE_NON_NULL + "=false");
        }
        return new TableColumns(id, times.stream().map(Database.Column::name).toList());
    }

    private static Database.Column countingUp(List<Database.Column> columns, TableName table) {
        List<Database.Column> found =
                columns.stream().filter(Database.Column::countsUp).toList();
        if (found.size() != 1) {
            throw new Unusable(
                    JdbcSourceKeys.INCREMENTING,
                    "name the column: " + found.size() + " columns of " + table.qualified()
                            + " are counted up by the database");
        }
        return found.get(0);
    }

    private static Database.Column named(List<Database.Column> columns, String name, TableName table, String key) {
        Optional<Database.Column> exact =
                columns.stream().filter(column -> column.name().equals(name)).findFirst();
        return exact.or(() -> columns.stream()
                        .filter(column -> column.name().equalsIgnoreCase(name))
                        .findFirst())
                .orElseThrow(() -> new Unusable(
                        key,
                        "table " + table.qualified() + " has no column " + name
                                + NearestName.to(
                                                name,
                                                columns.stream()
                                                        .map(Database.Column::name)
                                                        .toList())
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse("")));
    }
}
