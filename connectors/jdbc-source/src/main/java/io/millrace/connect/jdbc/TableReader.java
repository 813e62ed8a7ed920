package io.millrace.connect.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one table, or the query, batch by batch. Used by the task's thread only. */
final class TableReader {
    private static final Logger LOG = LoggerFactory.getLogger(TableReader.class);

    /** A transaction gets its time just before the lock that shows it is open; this is more than that can take. */
    private static final long CLOCK_MARGIN_MS = 500;

    /** Rows of equal time that are still kept in one batch. */
    private static final int LARGEST_GROUP = 20_000;

    private final JdbcSourceConfig config;
    private final Database database;
    private final TableName table;
    private final Mode mode;
    private final Map<String, String> partition;
    private final Statements statements;
    private final String idColumn;
    private final List<String> timestampColumns;
    private final Calendar zone;
    private final CommitHorizon<Position> horizon = new CommitHorizon<>();
    private final SourceMetrics metrics;

    /** Everything up to here is in batches that were handed over. */
    private Position position;

    private Schema schema;
    private Cursor cursor;
    private boolean more;
    private Boolean replica;

    /** @param position where to go on; without time and id for the start */
    TableReader(
            JdbcSourceConfig config,
            Database database,
            TableName table,
            TableColumns columns,
            Position position,
            SourceMetrics metrics) {
        this.config = config;
        this.database = database;
        this.table = table;
        this.mode = config.mode();
        this.partition = Offsets.partition(table);
        this.idColumn = columns.id();
        this.timestampColumns = columns.timestamps();
        this.zone = database.zone();
        this.position = position;
        this.metrics = metrics;
        String quote = database.quote();
        String from = table == null ? config.query().orElseThrow() : "SELECT * FROM " + table.sql(quote);
        this.statements = new Statements(
                database.dialect(),
                from,
                idColumn == null ? null : TableName.quoted(idColumn, quote),
                timestampColumns.stream()
                        .map(column -> TableName.quoted(column, quote))
                        .toList(),
                config.getString(JdbcSourceKeys.QUERY_SUFFIX));
    }

    /** What has been read so far in this reading: a statement that is open, and its next row. */
    private final class Cursor {
        final Statement statement;
        final ResultSet result;
        final Rows rows;
        final RowKeys keys;
        final int limit;
        int read;
        Row next;

        Cursor(Connection connection, Statements.Limit upTo) throws SQLException {
            var prepared = statements.prepare(connection, position, upTo, zone);
            statement = prepared;
            try {
                // Rows of equal time have to be read to the last one.
                limit = mode.byId() ? config.getInt(JdbcSourceKeys.QUERY_MAX_ROWS) : 0;
                statement.setMaxRows(limit);
                statement.setFetchSize(limit > 0 ? Math.min(limit, config.fetchSize()) : config.fetchSize());
                result = prepared.executeQuery();
                rows = new Rows(
                        result.getMetaData(), table == null ? null : table.name(), schema, database.dialect(), config);
                schema = rows.schema();
                keys = new RowKeys(result.getMetaData(), idColumn, timestampColumns, database.dialect(), zone);
                advance();
            } catch (SQLException | RuntimeException e) {
                statement.close();
                throw e;
            }
        }

        void advance() throws SQLException {
            next = result.next() ? new Row(rows.read(result), keys.read(result)) : null;
            read += next == null ? 0 : 1;
        }
    }

    /** The next batch; empty when there is nothing more for now, and then the transaction is over. */
    List<SourceRecord> read(Connection connection) throws SQLException {
        if (cursor == null) {
            Optional<Statements.Limit> limit = limit(connection);
            if (limit.isEmpty()) {
                connection.rollback();
                return List.of();
            }
            cursor = new Cursor(connection, limit.get());
        }
        List<SourceRecord> batch = batch();
        if (cursor.next == null) {
            boolean cut = cursor.limit > 0 && cursor.read >= cursor.limit;
            close();
            connection.rollback();
            if (cut && batch.isEmpty()) {
                return read(connection);
            }
            more = cut;
        } else {
            more = true;
        }
        return batch;
    }

    /** Whether the last read left rows that can be read at once. */
    boolean hasMore() {
        return more;
    }

    /** Whether a statement, and so a transaction, is open. */
    boolean isOpen() {
        return cursor != null;
    }

    /** Whether rows are held back until transactions are over. */
    boolean isWaiting() {
        return horizon.waiting() > 0;
    }

    /** Forgets a reading that failed or is not wanted any more. What was handed over stays so. */
    void close() {
        more = false;
        if (cursor != null) {
            try {
                cursor.statement.close();
            } catch (SQLException e) {
                LOG.debug("closing the statement of {}", this, e);
            }
            cursor = null;
        }
    }

    private List<SourceRecord> batch() throws SQLException {
        int rows = config.getInt(JdbcSourceKeys.BATCH_ROWS);
        long bytes = config.getLong(JdbcSourceKeys.BATCH_BYTES);
        boolean groups = mode == Mode.TIMESTAMP;
        List<SourceRecord> batch = new ArrayList<>();
        while (cursor.next != null) {
            Row row = cursor.next;
            cursor.advance();
            boolean last = cursor.next == null || !cursor.next.keys().equals(row.keys());
            if (!groups || last) {
                position = row.keys();
            }
            batch.add(record(row));
            bytes -= Rows.bytes(row.value());
            boolean full = batch.size() >= rows || bytes <= 0;
            if (full && (!groups || last || tooLarge(batch.size(), rows, bytes, row))) {
                break;
            }
        }
        return batch;
    }

    /** A group of equal time that no batch can hold is cut; after a crash its beginning is read a second time. */
    private boolean tooLarge(int size, int rows, long bytes, Row row) {
        boolean tooLarge = bytes <= 0 || size >= Math.max(rows, LARGEST_GROUP);
        if (tooLarge) {
            metrics.splitGroup();
            LOG.warn("{} has so many rows of the time {} that they are in more than one batch", this, row.keys());
        }
        return tooLarge;
    }

    private SourceRecord record(Row row) {
        Map<String, Object> offset = mode == Mode.BULK ? null : position.offset();
        return new SourceRecord(
                partition, offset, config.topic(table), row.value().schema(), row.value());
    }

    /** Up to where rows can be read now; empty when nowhere. */
    private Optional<Statements.Limit> limit(Connection connection) throws SQLException {
        if (mode == Mode.BULK) {
            return Optional.of(new Statements.Limit(null, null));
        }
        Timestamp clock = mode.byTimestamp() ? delayed(connection) : null;
        if (!waits(connection)) {
            connection.rollback();
            return Optional.of(new Statements.Limit(clock, null));
        }
        Optional<Position> settled = horizon.advance(
                connection, mode.byTimestamp() ? same -> new Position(beforeNow(same), null) : this::largestId);
        metrics.waiting(toString(), horizon.waiting());
        return settled.map(at -> new Statements.Limit(earlier(clock, at.timestamp()), at.id()));
    }

    private Timestamp delayed(Connection connection) throws SQLException {
        Timestamp now = database.dialect().clock(connection, zone);
        return minus(now, config.getLong(JdbcSourceKeys.TIMESTAMP_DELAY));
    }

    private Timestamp beforeNow(Connection connection) throws SQLException {
        return minus(database.dialect().clock(connection, zone), CLOCK_MARGIN_MS);
    }

    private Position largestId(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(statements.largestId())) {
            row.next();
            long id = row.getLong(1);
            return row.wasNull() ? null : new Position(null, id);
        }
    }

    /** A replica does not show the transactions of its primary. */
    private boolean waits(Connection connection) throws SQLException {
        if (database.dialect() != Dialect.POSTGRESQL || !config.waitsForLateCommits()) {
            return false;
        }
        if (replica == null) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
                row.next();
                replica = row.getBoolean(1);
            }
            if (replica) {
                LOG.warn("this PostgreSQL is a replica: only {} covers late commits", JdbcSourceKeys.TIMESTAMP_DELAY);
            }
        }
        return !replica;
    }

    private static Timestamp minus(Timestamp time, long millis) {
        return Timestamp.from(time.toInstant().minusMillis(millis));
    }

    private static Timestamp earlier(Timestamp a, Timestamp b) {
        return a == null || b == null || a.before(b) ? a : b;
    }

    @Override
    public String toString() {
        return table == null ? "the query" : "table " + table.qualified();
    }

    private record Row(org.apache.kafka.connect.data.Struct value, Position keys) {}
}
