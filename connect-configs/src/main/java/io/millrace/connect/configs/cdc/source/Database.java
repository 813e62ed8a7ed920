package io.millrace.connect.configs.cdc.source;

import io.millrace.connect.configs.ClusterException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** One session with a source database, in auto-commit mode unless in {@link #together}. Not safe for several threads. */
public final class Database implements AutoCloseable {
    private final SourceAddress address;
    private final Connection connection;

    private Database(SourceAddress address, Connection connection) {
        this.address = address;
        this.connection = connection;
    }

    /**
     * Opens a session.
     *
     * @throws ClusterException when the server cannot be reached or lets the role not in, with its own words
     */
    public static Database open(SourceAddress address, String password) {
        Properties properties = address.properties(password);
        // Rows of large tables are counted through this session.
        properties.setProperty("socketTimeout", "3600");
        return new Database(address, connect(address, properties));
    }

    /**
     * Opens a session of the replication protocol and asks who answers; this is what a pooler cannot do.
     *
     * @return position of the server's log
     */
    public static String identifySystem(SourceAddress address, String password) {
        Properties properties = address.properties(password);
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "12");
        properties.setProperty("socketTimeout", "10");
        try (Database session = new Database(address, connect(address, properties))) {
            return session.rows("IDENTIFY_SYSTEM").get(0).text("xlogpos");
        }
    }

    private static Connection connect(SourceAddress address, Properties properties) {
        try {
            return DriverManager.getConnection(address.jdbcUrl(), properties);
        } catch (SQLException e) {
            throw new ClusterException(address + ": " + firstLine(e), e);
        }
    }

    public SourceAddress address() {
        return address;
    }

    /** A row; columns are asked by name. */
    public record Row(Map<String, Object> values) {
        /** Text of a column; null when it is. */
        public String text(String column) {
            Object value = values.get(column);
            return value == null ? null : value.toString();
        }

        /** Number in a column; zero when it is null. */
        public long number(String column) {
            Object value = values.get(column);
            return value == null ? 0 : ((Number) value).longValue();
        }

        /** Truth in a column; false when it is null. */
        public boolean flag(String column) {
            return Boolean.TRUE.equals(values.get(column));
        }
    }

    /** All rows of a query. */
    public List<Row> rows(String sql, Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                List<Row> rows = new ArrayList<>();
                while (result.next()) {
                    Map<String, Object> values = new LinkedHashMap<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        values.put(result.getMetaData().getColumnLabel(i), result.getObject(i));
                    }
                    rows.add(new Row(values));
                }
                return rows;
            }
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    /** The first row of a query. */
    public Optional<Row> first(String sql, Object... parameters) {
        return rows(sql, parameters).stream().findFirst();
    }

    /** Whether a query has a row. */
    public boolean exists(String sql, Object... parameters) {
        return !rows(sql, parameters).isEmpty();
    }

    /** The number in the first column of the first row. */
    public long number(String sql, Object... parameters) {
        Object value = rows(sql, parameters).get(0).values().values().iterator().next();
        return value == null ? 0 : ((Number) value).longValue();
    }

    /** The text in the first column of the first row; null when it is. */
    public String text(String sql, Object... parameters) {
        Object value = rows(sql, parameters).get(0).values().values().iterator().next();
        return value == null ? null : value.toString();
    }

    /** A server setting as {@code SHOW} tells it; empty when this server does not know it. */
    public Optional<String> setting(String name) {
        return Optional.ofNullable(text("SELECT current_setting(?, true)", name));
    }

    /** A server setting in its unit, such as megabytes or milliseconds; -1 often means without limit. */
    public long settingNumber(String name) {
        return first("SELECT setting::bigint AS value FROM pg_settings WHERE name = ?", name)
                .map(row -> row.number("value"))
                .orElse(0L);
    }

    /** Version number, such as 180006 for 18.6. */
    public int version() {
        return Integer.parseInt(text("SHOW server_version_num"));
    }

    /** Runs statements. */
    public void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    /** Runs a statement with parameters and returns how many rows it touched. */
    public int update(String sql, Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    /** Runs several statements as one transaction: all of it happens or nothing. */
    public void together(Runnable statements) {
        try {
            connection.setAutoCommit(false);
            try {
                statements.run();
                connection.commit();
            } catch (RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    private ClusterException refused(SQLException e) {
        return new ClusterException("database " + address.database() + ": " + firstLine(e), e);
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // The session is over either way; the server ends its half when it notices.
            return;
        }
    }
}
