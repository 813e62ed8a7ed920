package io.millrace.connect.jdbc;

import io.millrace.connect.commons.RetryBudget;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the tables of a task in turn. Only {@link #stop} may be called by another thread. */
final class Poller {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    /** So soon a worker that wants to stop gets its thread back. */
    private static final long LONGEST_WAIT_MS = 500;

    private static final long HORIZON_WAIT_MS = 250;

    private final JdbcSourceConfig config;
    private final Database database;
    private final OffsetStorageReader offsets;
    private final SourceMetrics metrics;
    private final Clock clock;
    private final RetryBudget budget;
    private final Deque<Turn> turns = new ArrayDeque<>();
    private volatile boolean stopped;
    private Connection connection;
    private int failuresInARow;

    /** A table, its reader once it is known to be there, and when it is read next. */
    private static final class Turn {
        private final TableName table;
        private TableReader reader;
        private long dueMs;
        private boolean missing;

        Turn(TableName table) {
            this.table = table;
        }
    }

    /** @param tables one null stands for the query */
    Poller(
            JdbcSourceConfig config,
            List<TableName> tables,
            OffsetStorageReader offsets,
            SourceMetrics metrics,
            Clock clock,
            RandomGenerator random) {
        this.config = config;
        this.database = new Database(config);
        this.offsets = offsets;
        this.metrics = metrics;
        this.clock = clock;
        this.budget = new RetryBudget(
                100, config.getLong(JdbcSourceKeys.BACKOFF), RetryBudget.UNLIMITED, clock::millis, random);
        tables.forEach(table -> turns.add(new Turn(table)));
    }

    /** The next batch of any table; null when there is none for the moment. */
    List<SourceRecord> poll() throws InterruptedException {
        Turn turn =
                turns.stream().min(Comparator.comparingLong(one -> one.dueMs)).orElse(null);
        long waitMs = turn == null ? LONGEST_WAIT_MS : turn.dueMs - clock.millis();
        if (stopped || waitMs > 0) {
            Thread.sleep(Math.min(Math.max(waitMs, 1), LONGEST_WAIT_MS));
            return null;
        }
        try {
            if (connection == null) {
                connection = database.connect();
            }
            List<SourceRecord> batch = read(turn);
            if (budget.succeeded().isPresent()) {
                LOG.info("the database answers again");
            }
            failuresInARow = 0;
            return batch.isEmpty() ? null : batch;
        } catch (SQLException e) {
            failed(turn, e);
            return null;
        }
    }

    private List<SourceRecord> read(Turn turn) throws SQLException {
        if (turn.reader == null) {
            TableColumns columns = TableColumns.of(config, database, connection, turn.table);
            Position position = Offsets.position(offsets, turn.table, connection.getCatalog(), config);
            turn.reader = new TableReader(config, database, turn.table, columns, position, metrics);
        }
        List<SourceRecord> batch = turn.reader.read(connection);
        metrics.read(batch.size());
        turn.missing = false;
        if (turn.reader.isOpen()) {
            // The reader whose statement is open goes on: a connection has one transaction.
            turn.dueMs = Long.MIN_VALUE / 2;
        } else {
            long interval = config.getInt(JdbcSourceKeys.POLL_INTERVAL);
            long pause = turn.reader.isWaiting() ? Math.min(interval, HORIZON_WAIT_MS) : interval;
            turn.dueMs = clock.millis() + (turn.reader.hasMore() ? 0 : pause);
            turns.remove(turn);
            turns.add(turn);
        }
        return batch;
    }

    private void failed(Turn turn, SQLException e) {
        metrics.failed();
        if (turn.reader != null) {
            turn.reader.close();
        }
        SqlErrors kind = Database.NO_DRIVER.equals(e.getSQLState()) ? SqlErrors.LASTING : SqlErrors.of(e);
        long waitMs = config.getLong(JdbcSourceKeys.TABLE_POLL_INTERVAL);
        int attempts = config.getInt(JdbcSourceKeys.QUERY_RETRIES);
        if (kind == SqlErrors.NO_TABLE && turn.table != null) {
            if (!turn.missing) {
                LOG.warn("table {} is gone; looking for it again every {} ms", turn.table.qualified(), waitMs);
            }
            turn.missing = true;
            turn.reader = null;
            metrics.missing((int) turns.stream().filter(one -> one.missing).count());
        } else {
            String what = (turn.table == null ? "the query" : "table " + turn.table.qualified()) + " cannot be read ("
                    + e.getSQLState() + "): "
                    + (config.getPassword(JdbcSourceKeys.QUERY_MASKED) == null ? e.getMessage() : "see query.masked");
            if (kind != SqlErrors.PASSING || attempts >= 0 && failuresInARow >= attempts) {
                throw new ConnectException(what);
            }
            failuresInARow++;
            boolean first = !budget.inOutage();
            OptionalLong wait = budget.failed();
            waitMs = wait.orElse(LONGEST_WAIT_MS);
            long notBeforeMs = clock.millis() + waitMs;
            // The other tables are in the same database: they wait as well.
            turns.forEach(one -> one.dueMs = Math.max(one.dueMs, notBeforeMs));
            if (first) {
                LOG.warn("{}; trying again until it can", what);
            }
        }
        disconnect();
        turn.dueMs = clock.millis() + waitMs;
    }

    /** Lets the next poll return at once. */
    void stop() {
        stopped = true;
    }

    /** Closes the connection; to be called when no poll runs. */
    void close() {
        turns.forEach(turn -> {
            if (turn.reader != null) {
                turn.reader.close();
            }
        });
        disconnect();
    }

    private void disconnect() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("closing the connection", e);
            }
            connection = null;
        }
    }
}
