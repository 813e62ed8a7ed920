package io.millrace.connect.jdbc;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The connector's keys: those of kafka-connect-jdbc with its defaults, and a few of its own. */
final class JdbcSourceKeys {
    static final String CONNECTION_PREFIX = "connection.";
    static final String URL = "connection.url";
    static final String USER = "connection.user";
    static final String PASSWORD = "connection.password";
    static final String ATTEMPTS = "connection.attempts";
    static final String BACKOFF = "connection.backoff.ms";
    static final String CHECK = "connection.check";
    static final String CATALOG = "catalog.pattern";
    static final String SCHEMA = "schema.pattern";
    static final String WHITELIST = "table.whitelist";
    static final String BLACKLIST = "table.blacklist";
    static final String INCLUDE = "table.include.list";
    static final String EXCLUDE = "table.exclude.list";
    static final String TABLE_TYPES = "table.types";
    static final String DIALECT = "dialect.name";
    static final String QUOTE = "quote.sql.identifiers";
    static final String ISOLATION = "transaction.isolation.mode";
    static final String TIME_ZONE = "db.timezone";
    static final String MODE = "mode";
    static final String INCREMENTING = "incrementing.column.name";
    static final String INCREMENTING_MAPPING = "incrementing.column.mapping";
    static final String TIMESTAMP = "timestamp.column.name";
    static final String TIMESTAMP_MAPPING = "timestamp.columns.mapping";
    static final String TIMESTAMP_INITIAL = "timestamp.initial";
    static final String TIMESTAMP_DELAY = "timestamp.delay.interval.ms";
    static final String LATE_COMMITS = "late.commits";
    static final String VALIDATE_NON_NULL = "validate.non.null";
    static final String QUERY = "query";
    static final String QUERY_MASKED = "query.masked";
    static final String QUERY_SUFFIX = "query.suffix";
    static final String QUERY_RETRIES = "query.retry.attempts";
    static final String QUERY_MAX_ROWS = "query.max.rows";
    static final String FETCH_SIZE = "fetch.size";
    static final String NUMERIC_MAPPING = "numeric.mapping";
    static final String NUMERIC_PRECISION = "numeric.precision.mapping";
    static final String GRANULARITY = "timestamp.granularity";
    static final String DATE_ZONE = "date.timezone";
    static final String DATE_CALENDAR = "date.calendar.system";
    static final String TOPIC_PREFIX = "topic.prefix";
    static final String POLL_INTERVAL = "poll.interval.ms";
    static final String BATCH_ROWS = "batch.max.rows";
    static final String BATCH_BYTES = "batch.max.bytes";
    static final String TABLE_POLL_INTERVAL = "table.poll.interval.ms";
    static final String STARTUP_LIMIT = "table.monitoring.startup.polling.limit.ms";

    private static final List<String> SHARED_WITH_THE_DRIVER = List.of(URL, USER, PASSWORD, ATTEMPTS, BACKOFF, CHECK);

    private final ConfigDef keys = new ConfigDef();
    private String group = "";
    private int order;

    private JdbcSourceKeys() {}

    static ConfigDef definition() {
        JdbcSourceKeys all = new JdbcSourceKeys();
        all.database();
        all.tables();
        all.mode();
        all.records();
        all.pace();
        return all.keys;
    }

    /** Whether a key is a property of the driver, which is handed over without the prefix. */
    static boolean isDriverProperty(String key) {
        return key.startsWith(CONNECTION_PREFIX) && !SHARED_WITH_THE_DRIVER.contains(key);
    }

    private void database() {
        group = "Database";
        order = 0;
        required(
                URL, "JDBC URL of the database. Every other connection.NAME is handed to the driver as property NAME.");
        text(USER, null, "User to connect as.");
        add(PASSWORD, Type.PASSWORD, null, null, "Password of the user.");
        number(ATTEMPTS, Type.INT, 3, 1, "How many connections the connector tries in a row when it validates.");
        number(
                BACKOFF,
                Type.LONG,
                10_000L,
                1,
                "Longest wait between two attempts to reach the database, in milliseconds. The waits start at 100 ms, grow and are random; a task never fails by an outage unless query.retry.attempts says so.");
        add(
                CHECK,
                Type.BOOLEAN,
                true,
                null,
                "Whether a configuration is only accepted when the database can be reached with it.");
        text(
                DIALECT,
                "",
                "PostgreSqlDatabaseDialect, MySqlDatabaseDialect, SqliteDatabaseDialect or GenericDatabaseDialect; empty: chosen by the URL.");
        choice(
                QUOTE,
                "always",
                "Whether names of tables and columns are quoted in SQL: always or never.",
                "always",
                "never");
        choice(
                ISOLATION,
                "DEFAULT",
                "Isolation of the transactions that read: DEFAULT (the database's), READ_UNCOMMITTED, READ_COMMITTED, REPEATABLE_READ or SERIALIZABLE.",
                "DEFAULT",
                "READ_UNCOMMITTED",
                "READ_COMMITTED",
                "REPEATABLE_READ",
                "SERIALIZABLE",
                "SQL_SERVER_SNAPSHOT");
        add(
                TIME_ZONE,
                Type.STRING,
                "UTC",
                JdbcSourceKeys::zone,
                "Time zone of the database's timestamps without a zone.");
    }

    private void tables() {
        group = "Tables";
        order = 0;
        text(
                CATALOG,
                null,
                "Pattern of the catalogs (databases of MySQL) to look for tables in; empty text: those without one; not set: all.");
        text(
                SCHEMA,
                null,
                "Pattern of the schemas to look for tables in; empty text: those without one; not set: all.");
        list(WHITELIST, "", "The tables to read, by name or as schema.name; not together with another list.");
        list(BLACKLIST, "", "The tables not to read, by name or as schema.name; not together with another list.");
        list(INCLUDE, "", "Regular expressions of the tables to read, matched with the whole qualified name.");
        list(EXCLUDE, "", "Regular expressions of tables not to read among those that table.include.list selects.");
        list(
                TABLE_TYPES,
                "TABLE",
                "Kinds of tables, as the driver names them: TABLE, VIEW, ... Partitioned tables count as TABLE.");
        text(
                QUERY,
                "",
                "Reads the result of this SELECT instead of tables. Outside of mode bulk a WHERE is appended, so it must end before one.");
        add(QUERY_MASKED, Type.PASSWORD, null, null, "The same as query, and shown nowhere.");
        text(QUERY_SUFFIX, "", "Text that ends each statement, after ORDER BY.");
    }

    private void mode() {
        group = "Mode";
        order = 0;
        add(
                MODE,
                Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                ConfigDef.ValidString.in("bulk", "incrementing", "timestamp", "timestamp+incrementing"),
                "bulk: everything at each poll. incrementing: rows with a larger id. timestamp: rows with a later time. timestamp+incrementing: rows with a later time, or with the same and a larger id.");
        text(INCREMENTING, "", "Column whose values only grow; empty: the one that the database counts up by itself.");
        list(
                INCREMENTING_MAPPING,
                "",
                "The same for several tables: regex:column entries, matched with the whole qualified name.");
        list(TIMESTAMP, "", "Columns with the time of the last change; the first that is not null counts.");
        list(
                TIMESTAMP_MAPPING,
                "",
                "The same for several tables: regex:[column|column] entries, matched with the whole qualified name.");
        add(
                TIMESTAMP_INITIAL,
                Type.LONG,
                null,
                null,
                "Where to start reading, in epoch milliseconds; -1: now; not set: with the first row.");
        number(
                TIMESTAMP_DELAY,
                Type.LONG,
                0L,
                0,
                "How old, by the database's clock, a row's timestamp must be before the row is read, in milliseconds. Leaves time for transactions that commit late.");
        choice(
                LATE_COMMITS,
                "wait",
                "wait: on PostgreSQL, rows are read once every transaction is over that could still add a row before them. ignore: rows are read when they are seen, as kafka-connect-jdbc does. Other databases: timestamp.delay.interval.ms.",
                "wait",
                "ignore");
        add(
                VALIDATE_NON_NULL,
                Type.BOOLEAN,
                true,
                null,
                "Whether to refuse tables whose id can be null, or in which all of the timestamp columns can.");
    }

    private void records() {
        group = "Records";
        order = 0;
        required(TOPIC_PREFIX, "A record's topic is this and the table's name; with query it is this alone.");
        choice(
                NUMERIC_MAPPING,
                null,
                "What becomes of NUMERIC: none (Decimal), precision_only, best_fit, best_fit_eager_double; see the table of types.",
                "none",
                "precision_only",
                "best_fit",
                "best_fit_eager_double");
        add(
                NUMERIC_PRECISION,
                Type.BOOLEAN,
                false,
                null,
                "Older form of numeric.mapping=precision_only; only read when that key is not set.");
        choice(
                GRANULARITY,
                "connect_logical",
                "What becomes of timestamps: connect_logical (milliseconds), or micros_ and nanos_ with long, string or iso_datetime_string.",
                Granularity.names());
        choice(
                DATE_ZONE,
                "DB_TIMEZONE",
                "Accepted and without effect: a DATE is the calendar day as the database shows it.",
                "DB_TIMEZONE",
                "UTC");
        choice(
                DATE_CALENDAR,
                "LEGACY",
                "Accepted and without effect: days since 1582 are the same in both calendars.",
                "LEGACY",
                "PROLEPTIC_GREGORIAN");
    }

    private void pace() {
        group = "Pace";
        order = 0;
        number(POLL_INTERVAL, Type.INT, 5000, 0, "Wait between two reads of a table, in milliseconds.");
        number(
                BATCH_ROWS,
                Type.INT,
                100,
                1,
                "Most rows in one batch; in mode timestamp a batch goes on to the last row of equal time.");
        number(BATCH_BYTES, Type.LONG, 8L << 20, 1, "A batch is closed when its values take about this many bytes.");
        number(FETCH_SIZE, Type.INT, 0, 0, "Rows that the driver fetches at once; 0: batch.max.rows, at least 100.");
        number(
                QUERY_MAX_ROWS,
                Type.INT,
                100_000,
                0,
                "Most rows of one statement, and so of one transaction; the next statement goes on behind them. 0: no limit. Not in the modes bulk and timestamp.");
        number(
                QUERY_RETRIES,
                Type.INT,
                -1,
                -1,
                "How often in a row a failed read is tried again before the task fails; -1: without end.");
        number(
                TABLE_POLL_INTERVAL,
                Type.LONG,
                60_000L,
                1,
                "Wait between two looks for tables that came or went, in milliseconds.");
        number(
                STARTUP_LIMIT,
                Type.LONG,
                10_000L,
                1,
                "How long to wait for the first list of tables, in milliseconds. Tasks start later when it takes longer.");
    }

    private static void zone(String name, Object value) {
        try {
            ZoneId.of(String.valueOf(value), ZoneId.SHORT_IDS);
        } catch (DateTimeException e) {
            throw new ConfigException(name, value, "is no time zone; UTC and Europe/Berlin are");
        }
    }

    private void required(String name, String doc) {
        add(name, Type.STRING, ConfigDef.NO_DEFAULT_VALUE, null, doc);
    }

    private void text(String name, String byDefault, String doc) {
        add(name, Type.STRING, byDefault, null, doc);
    }

    private void list(String name, String byDefault, String doc) {
        add(name, Type.LIST, byDefault, null, doc);
    }

    private void number(String name, Type type, Number byDefault, int least, String doc) {
        add(name, type, byDefault, Range.atLeast(least), doc);
    }

    private void choice(String name, String byDefault, String doc, String... values) {
        Validator oneOf = (key, value) -> {
            if (value != null && Arrays.stream(values).noneMatch(known -> known.equalsIgnoreCase((String) value))) {
                throw new ConfigException(
                        key,
                        value,
                        "must be one of " + String.join(", ", values).toLowerCase(Locale.ROOT));
            }
        };
        add(name, Type.STRING, byDefault, oneOf, doc);
    }

    private void add(String name, Type type, Object byDefault, Validator validator, String doc) {
        Importance importance = byDefault == ConfigDef.NO_DEFAULT_VALUE ? Importance.HIGH : Importance.MEDIUM;
        keys.define(name, type, byDefault, validator, importance, doc, group, order++, Width.MEDIUM, name);
    }
}
