package io.millrace.connect.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Calendar;
import java.util.Locale;

/** In what databases differ. */
enum Dialect {
    POSTGRESQL("SELECT clock_timestamp()", "\""),
    MYSQL("SELECT UTC_TIMESTAMP(6)", "`"),
    SQLITE("SELECT CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)", "\""),
    GENERIC("SELECT CURRENT_TIMESTAMP", "\"");

    private final String clockSql;
    private final String quote;

    Dialect(String clockSql, String quote) {
        this.clockSql = clockSql;
        this.quote = quote;
    }

    /** @param name as in {@code dialect.name}, as PostgreSqlDatabaseDialect; empty: by the URL */
    static Dialect of(String name, String url) {
        String wanted = (name.isBlank() ? url : name).toLowerCase(Locale.ROOT).replaceFirst("^jdbc:", "");
        if (wanted.startsWith("postgresql")) {
            return POSTGRESQL;
        }
        if (wanted.startsWith("mysql") || wanted.startsWith("mariadb")) {
            return MYSQL;
        }
        return wanted.startsWith("sqlite") ? SQLITE : GENERIC;
    }

    String quote() {
        return quote;
    }

    /** The database's own time. */
    Timestamp clock(Connection connection, Calendar zone) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(clockSql)) {
            row.next();
            return switch (this) {
                case MYSQL -> row.getTimestamp(1, Calendar.getInstance(java.util.TimeZone.getTimeZone("UTC")));
                case SQLITE -> new Timestamp(row.getLong(1));
                default -> row.getTimestamp(1, zone);
            };
        }
    }

    /**
     * What to compare instead of a timestamp column. SQLite has no type for time: its columns hold text in several forms or
     * epoch milliseconds, side by side, so they are brought to milliseconds.
     */
    String comparable(String expression) {
        return this != SQLITE
                ? expression
                : "CASE typeof(" + expression + ") WHEN 'integer' THEN " + expression + " ELSE CAST(ROUND((julianday("
                        + expression + ") - 2440587.5) * 86400000) AS INTEGER) END";
    }

    void bind(PreparedStatement statement, int index, Timestamp value, Calendar zone) throws SQLException {
        if (this == SQLITE) {
            statement.setLong(index, value.getTime());
        } else {
            statement.setTimestamp(index, value, zone);
        }
    }

    Timestamp timestamp(ResultSet row, int column, Calendar zone) throws SQLException {
        if (this != SQLITE) {
            return row.getTimestamp(column, zone);
        }
        Object value = row.getObject(column);
        if (value instanceof Number number) {
            return new Timestamp(number.longValue());
        }
        return value == null ? null : Timestamp.from(text(value.toString()).toInstant(ZoneOffset.UTC));
    }

    private static LocalDateTime text(String value) throws SQLException {
        String iso = value.strip().replace(' ', 'T').replaceFirst("Z$", "");
        try {
            return LocalDateTime.parse(
                    iso.length() == 10 ? iso + "T00:00" : iso, DateTimeFormatter.ISO_LOCAL_DATE_TIME);
        } catch (java.time.DateTimeException e) {
            throw new SQLException(value + " is no timestamp of the form yyyy-MM-dd HH:mm:ss", "22007", e);
        }
    }
}
