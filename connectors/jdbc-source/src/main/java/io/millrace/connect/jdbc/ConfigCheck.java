package io.millrace.connect.jdbc;

import io.millrace.connect.commons.config.NearestName;
import io.millrace.connect.commons.config.SinkValidation;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;

/** What can be wrong with a configuration although each key is well by itself, asked of the database where it can be. */
final class ConfigCheck {
    private final Map<String, String> given;
    private final SinkValidation found;

    ConfigCheck(Map<String, String> given) {
        this.given = given;
        this.found = new SinkValidation(JdbcSourceKeys.definition(), given, JdbcSourceKeys::isDriverProperty);
    }

    Config result() {
        if (found.isClean()) {
            JdbcSourceConfig config = new JdbcSourceConfig(given);
            contradictions(config);
            if (found.isClean() && config.getBoolean(JdbcSourceKeys.CHECK)) {
                ask(config);
            }
        }
        return found.result();
    }

    private void contradictions(JdbcSourceConfig config) {
        List<String> lists =
                List.of(JdbcSourceKeys.WHITELIST, JdbcSourceKeys.BLACKLIST, JdbcSourceKeys.INCLUDE).stream()
                        .filter(config::isMapped)
                        .toList();
        if (lists.size() > 1) {
            found.error(lists.get(0), "cannot be used together with " + lists.get(1));
        }
        boolean both = !config.getString(JdbcSourceKeys.QUERY).isBlank()
                && config.getPassword(JdbcSourceKeys.QUERY_MASKED) != null;
        if (both) {
            found.error(JdbcSourceKeys.QUERY_MASKED, "cannot be used together with " + JdbcSourceKeys.QUERY);
        }
        boolean listed = !lists.isEmpty() || config.isMapped(JdbcSourceKeys.EXCLUDE);
        if (config.query().isPresent() && listed) {
            found.error(JdbcSourceKeys.QUERY, "cannot be used together with a list of tables");
        }
        Mode mode = config.mode();
        if (mode.byTimestamp()
                && config.getList(JdbcSourceKeys.TIMESTAMP).isEmpty()
                && !config.isMapped(JdbcSourceKeys.TIMESTAMP_MAPPING)) {
            found.error(JdbcSourceKeys.TIMESTAMP, "mode " + config.getString(JdbcSourceKeys.MODE) + " needs it");
        }
    }

    private void ask(JdbcSourceConfig config) {
        Database database = new Database(config);
        try (Connection connection = connect(database, config)) {
            driverProperties(config);
            if (config.query().isPresent()) {
                query(config, database, connection);
                return;
            }
            List<TableName> tables = database.tables(connection);
            TableMonitor.requireTopicsOfTheirOwn(tables);
            for (TableName table : tables) {
                TableColumns.of(config, database, connection, table);
            }
        } catch (TableColumns.Unusable e) {
            found.error(e.key(), e.problem());
        } catch (ConfigException e) {
            found.error(JdbcSourceKeys.TIMESTAMP_MAPPING, e.getMessage());
        } catch (ConnectException e) {
            found.error(JdbcSourceKeys.SCHEMA, e.getMessage());
        } catch (SQLException e) {
            boolean login = SqlErrors.of(e) == SqlErrors.LOGIN;
            found.error(
                    login ? JdbcSourceKeys.USER : JdbcSourceKeys.URL,
                    (login ? "the database refuses this user or password: " : "the database cannot be used: ")
                            + e.getMessage());
        }
    }

    private static Connection connect(Database database, JdbcSourceConfig config) throws SQLException {
        for (int left = config.getInt(JdbcSourceKeys.ATTEMPTS); ; left--) {
            try {
                return database.connect();
            } catch (SQLException e) {
                if (left <= 1 || SqlErrors.of(e) != SqlErrors.PASSING || Database.NO_DRIVER.equals(e.getSQLState())) {
                    throw e;
                }
            }
        }
    }

    /** A connection key that the driver does not have and that looks like one of ours is a typing mistake. */
    private void driverProperties(JdbcSourceConfig config) throws SQLException {
        Driver driver = DriverManager.getDriver(config.url());
        List<String> known = Arrays.stream(driver.getPropertyInfo(config.url(), config.driverProperties()))
                .map((DriverPropertyInfo info) -> info.name)
                .toList();
        given.keySet().stream()
                .filter(JdbcSourceKeys::isDriverProperty)
                .sorted()
                .forEach(key -> {
                    if (!known.contains(key.substring(JdbcSourceKeys.CONNECTION_PREFIX.length()))) {
                        NearestName.to(key, JdbcSourceKeys.definition().names())
                                .ifPresent(near -> found.error(
                                        key, "the driver has no such property; did you mean " + near + "?"));
                    }
                });
    }

    private void query(JdbcSourceConfig config, Database database, Connection connection) throws SQLException {
        TableColumns columns = TableColumns.of(config, database, connection, null);
        String key = config.getPassword(JdbcSourceKeys.QUERY_MASKED) == null
                ? JdbcSourceKeys.QUERY
                : JdbcSourceKeys.QUERY_MASKED;
        Statements statements = new Statements(
                database.dialect(),
                config.query().orElseThrow(),
                null,
                List.of(),
                config.getString(JdbcSourceKeys.QUERY_SUFFIX));
        try (PreparedStatement statement = connection.prepareStatement(statements.sql(List.of()))) {
            var result = statement.getMetaData();
            if (result != null) {
                new RowKeys(result, columns.id(), columns.timestamps(), database.dialect(), database.zone());
            }
        } catch (SQLException e) {
            if (SqlErrors.of(e) == SqlErrors.PASSING) {
                throw e;
            }
            found.error(
                    key,
                    "the database refuses it: "
                            + (key.equals(JdbcSourceKeys.QUERY) ? e.getMessage() : e.getSQLState()));
        } catch (ConnectException e) {
            found.error(columns.id() == null ? JdbcSourceKeys.TIMESTAMP : JdbcSourceKeys.INCREMENTING, e.getMessage());
        }
    }
}
