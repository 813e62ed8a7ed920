package io.millrace.connect.jdbc;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** A configuration whose keys are valid each by itself. */
final class JdbcSourceConfig extends AbstractConfig {
    private static final Pattern MAPPING = Pattern.compile("\\s*(.+):\\s*\\[?([^\\[\\]:]+)\\]?\\s*");

    JdbcSourceConfig(Map<String, String> given) {
        super(JdbcSourceKeys.definition(), given, false);
    }

    String url() {
        return getString(JdbcSourceKeys.URL);
    }

    /** What the driver is given: user, password, and the connection keys that are its own. */
    Properties driverProperties() {
        Properties properties = new Properties();
        originalsStrings().forEach((key, value) -> {
            if (JdbcSourceKeys.isDriverProperty(key)) {
                properties.setProperty(key.substring(JdbcSourceKeys.CONNECTION_PREFIX.length()), value);
            }
        });
        Optional.ofNullable(getString(JdbcSourceKeys.USER)).ifPresent(user -> properties.setProperty("user", user));
        Optional.ofNullable(getPassword(JdbcSourceKeys.PASSWORD))
                .ifPresent(password -> properties.setProperty("password", password.value()));
        return properties;
    }

    Mode mode() {
        return Mode.of(getString(JdbcSourceKeys.MODE));
    }

    /** The SELECT to read instead of tables. */
    Optional<String> query() {
        String masked = Optional.ofNullable(getPassword(JdbcSourceKeys.QUERY_MASKED))
                .map(password -> password.value())
                .orElse("");
        String query = masked.isBlank() ? getString(JdbcSourceKeys.QUERY) : masked;
        return query.isBlank() ? Optional.empty() : Optional.of(query.strip());
    }

    ZoneId zone() {
        return ZoneId.of(getString(JdbcSourceKeys.TIME_ZONE), ZoneId.SHORT_IDS);
    }

    TimeZone timeZone() {
        return TimeZone.getTimeZone(zone());
    }

    Granularity granularity() {
        return Granularity.valueOf(getString(JdbcSourceKeys.GRANULARITY).toUpperCase(Locale.ROOT));
    }

    NumericMapping numericMapping() {
        String mapping = getString(JdbcSourceKeys.NUMERIC_MAPPING);
        if (mapping != null) {
            return NumericMapping.valueOf(mapping.toUpperCase(Locale.ROOT));
        }
        return getBoolean(JdbcSourceKeys.NUMERIC_PRECISION) ? NumericMapping.PRECISION_ONLY : NumericMapping.NONE;
    }

    boolean quotes() {
        return getString(JdbcSourceKeys.QUOTE).equalsIgnoreCase("always");
    }

    boolean waitsForLateCommits() {
        return getString(JdbcSourceKeys.LATE_COMMITS).equalsIgnoreCase("wait");
    }

    int fetchSize() {
        int size = getInt(JdbcSourceKeys.FETCH_SIZE);
        return size > 0 ? size : Math.max(100, getInt(JdbcSourceKeys.BATCH_ROWS));
    }

    /** Name of the id's column; empty text when it has to be found out. @param table null with a query */
    String idColumn(TableName table) {
        return mapped(JdbcSourceKeys.INCREMENTING_MAPPING, table)
                .orElseGet(() -> getString(JdbcSourceKeys.INCREMENTING).strip());
    }

    /** Columns with the time of a change. @param table null with a query */
    List<String> timestampColumns(TableName table) {
        return mapped(JdbcSourceKeys.TIMESTAMP_MAPPING, table)
                .map(columns ->
                        Arrays.stream(columns.split("\\|")).map(String::strip).toList())
                .orElseGet(() -> getList(JdbcSourceKeys.TIMESTAMP).stream()
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    boolean isMapped(String mappingKey) {
        return !getList(mappingKey).isEmpty();
    }

    /** The column part of the entry whose expression matches the table. */
    private Optional<String> mapped(String key, TableName table) {
        if (table == null) {
            return Optional.empty();
        }
        for (String entry : getList(key)) {
            Matcher matcher = MAPPING.matcher(entry);
            if (!matcher.matches()) {
                throw new ConfigException(key, entry, "an entry is regex:column or regex:[column|column]");
            }
            if (table.qualified().matches(matcher.group(1).strip())
                    || table.name().matches(matcher.group(1).strip())) {
                return Optional.of(matcher.group(2).strip());
            }
        }
        return Optional.empty();
    }

    /** Tables that the lists select, in their order. */
    List<TableName> selected(List<TableName> all, String quote) {
        List<TableName> selected = new ArrayList<>();
        for (TableName table : all) {
            boolean in = getList(JdbcSourceKeys.WHITELIST).isEmpty() || named(JdbcSourceKeys.WHITELIST, table, quote);
            in &= getList(JdbcSourceKeys.INCLUDE).isEmpty() || matched(JdbcSourceKeys.INCLUDE, table);
            if (in && !named(JdbcSourceKeys.BLACKLIST, table, quote) && !matched(JdbcSourceKeys.EXCLUDE, table)) {
                selected.add(table);
            }
        }
        return selected;
    }

    private boolean named(String key, TableName table, String quote) {
        return getList(key).stream()
                .map(String::strip)
                .anyMatch(name -> name.equals(table.name())
                        || name.equals(table.qualified())
                        || name.equals(table.sql(quote))
                        || table.catalog() == null && name.endsWith("." + table.qualified()));
    }

    private boolean matched(String key, TableName table) {
        return getList(key).stream()
                .anyMatch(regex ->
                        table.qualified().matches(regex.strip()) || table.name().matches(regex.strip()));
    }

    String topic(TableName table) {
        return getString(JdbcSourceKeys.TOPIC_PREFIX) + (table == null ? "" : table.name());
    }

    int isolation() {
        return switch (getString(JdbcSourceKeys.ISOLATION).toUpperCase(Locale.ROOT)) {
            case "READ_UNCOMMITTED" -> java.sql.Connection.TRANSACTION_READ_UNCOMMITTED;
            case "READ_COMMITTED" -> java.sql.Connection.TRANSACTION_READ_COMMITTED;
            case "REPEATABLE_READ" -> java.sql.Connection.TRANSACTION_REPEATABLE_READ;
            case "SERIALIZABLE" -> java.sql.Connection.TRANSACTION_SERIALIZABLE;
            // The number that Microsoft's driver gives to its own level.
            case "SQL_SERVER_SNAPSHOT" -> 0x1000;
            default -> java.sql.Connection.TRANSACTION_NONE;
        };
    }
}
