package io.millrace.connect.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Makes connections and knows which tables there are. Safe for use by several threads. */
final class Database {
    /** SQLSTATE for "there is no driver"; trying again cannot help. */
    static final String NO_DRIVER = "IM002";

    private final JdbcSourceConfig config;
    private final Dialect dialect;

    Database(JdbcSourceConfig config) {
        this.config = config;
        this.dialect = Dialect.of(config.getString(JdbcSourceKeys.DIALECT), config.url());
    }

    Dialect dialect() {
        return dialect;
    }

    String quote() {
        return config.quotes() ? dialect.quote() : "";
    }

    /** A calendar of the database's time zone; calendars are not shared between threads. */
    Calendar zone() {
        return Calendar.getInstance(config.timeZone());
    }

    /** A connection that reads in transactions. */
    Connection connect() throws SQLException {
        try {
            DriverManager.getDriver(config.url());
        } catch (SQLException e) {
            // The driver manager's own message would show the URL, which may hold a password.
            throw new SQLException(
                    "there is no driver for this kind of URL in the plugin directory; put its jar there", NO_DRIVER);
        }
        Connection connection = DriverManager.getConnection(config.url(), config.driverProperties());
        try {
            if (config.isolation() != Connection.TRANSACTION_NONE) {
                connection.setTransactionIsolation(config.isolation());
            }
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** The tables to read, in the database's order. */
    List<TableName> tables(Connection connection) throws SQLException {
        Set<String> types = new TreeSet<>();
        for (String type : config.getList(JdbcSourceKeys.TABLE_TYPES)) {
            types.add(type.strip().toUpperCase(Locale.ROOT));
        }
        if (dialect == Dialect.POSTGRESQL && types.contains("TABLE")) {
            types.add("PARTITIONED TABLE");
        }
        if (dialect == Dialect.MYSQL && types.contains("TABLE")) {
            types.add("BASE TABLE");
        }
        List<TableName> all = new ArrayList<>();
        DatabaseMetaData metaData = connection.getMetaData();
        try (ResultSet row = metaData.getTables(
                catalog(connection), config.getString(JdbcSourceKeys.SCHEMA), "%", types.toArray(String[]::new))) {
            while (row.next()) {
                all.add(new TableName(
                        dialect == Dialect.POSTGRESQL ? null : row.getString("TABLE_CAT"),
                        row.getString("TABLE_SCHEM"),
                        row.getString("TABLE_NAME")));
            }
        }
        connection.rollback();
        return config.selected(all, dialect.quote());
    }

    /** MySQL would list the tables of every database of the server, so without a pattern it is the one connected to. */
    private String catalog(Connection connection) throws SQLException {
        String pattern = config.getString(JdbcSourceKeys.CATALOG);
        return pattern == null && dialect == Dialect.MYSQL ? connection.getCatalog() : pattern;
    }

    /** A column as the metadata has it. */
    record Column(String name, boolean nullable, boolean countsUp) {}

    List<Column> columns(Connection connection, TableName table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        DatabaseMetaData metaData = connection.getMetaData();
        String escape = metaData.getSearchStringEscape();
        try (ResultSet row = metaData.getColumns(
                table.catalog(), escaped(table.schema(), escape), escaped(table.name(), escape), "%")) {
            while (row.next()) {
                columns.add(new Column(
                        row.getString("COLUMN_NAME"),
                        row.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls,
                        "YES".equals(row.getString("IS_AUTOINCREMENT"))));
            }
        }
        connection.rollback();
        return columns;
    }

    private static String escaped(String name, String escape) {
        return name == null || escape == null || escape.isEmpty()
                ? name
                : name.replace(escape, escape + escape)
                        .replace("_", escape + "_")
                        .replace("%", escape + "%");
    }
}
