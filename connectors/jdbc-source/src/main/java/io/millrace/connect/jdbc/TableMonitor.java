package io.millrace.connect.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for tables that come and go, on a thread of its own. */
final class TableMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TableMonitor.class);
    private static final long FIRST_RETRY_MS = 500;

    private final JdbcSourceConfig config;
    private final Database database;
    private final Runnable changed;
    private final Consumer<Exception> fatal;
    private final Thread thread = new Thread(this::run, "jdbc-source-tables");
    private List<TableName> tables;
    private List<TableName> asked;
    private boolean stopped;

    /**
     * @param changed called when the list is another than the one last asked for
     * @param fatal called with what no waiting can heal
     */
    TableMonitor(JdbcSourceConfig config, Runnable changed, Consumer<Exception> fatal) {
        this.config = config;
        this.database = new Database(config);
        this.changed = changed;
        this.fatal = fatal;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The tables; empty when the database has not told within the start-up limit, and then there will be a change. */
    synchronized List<TableName> tables() {
        long deadline = System.nanoTime() + config.getLong(JdbcSourceKeys.STARTUP_LIMIT) * 1_000_000;
        try {
            while (tables == null && !stopped && System.nanoTime() < deadline) {
                wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        asked = tables == null ? List.of() : tables;
        return asked;
    }

    @Override
    public void close() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                boolean known = look();
                synchronized (this) {
                    if (stopped) {
                        return;
                    }
                    wait(known ? config.getLong(JdbcSourceKeys.TABLE_POLL_INTERVAL) : FIRST_RETRY_MS);
                    if (stopped) {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the monitor of the tables was stopped");
        } catch (RuntimeException e) {
            fatal.accept(e);
        }
    }

    /** Returns whether a list of tables is known, be it an older one. */
    private boolean look() {
        List<TableName> found;
        try (Connection connection = database.connect()) {
            found = database.tables(connection);
        } catch (SQLException e) {
            if (Database.NO_DRIVER.equals(e.getSQLState())) {
                throw new ConnectException(e.getMessage());
            }
            LOG.warn("the tables cannot be listed ({}); trying again", e.getSQLState());
            synchronized (this) {
                return tables != null;
            }
        }
        requireTopicsOfTheirOwn(found);
        boolean another;
        synchronized (this) {
            tables = List.copyOf(found);
            another = asked != null && !asked.equals(tables);
            notifyAll();
        }
        if (found.isEmpty()) {
            LOG.warn("there is no table to read; the tables that are read have tasks as soon as they are there");
        }
        if (another) {
            LOG.info(
                    "tables came or went: {}",
                    found.stream().map(TableName::qualified).toList());
            changed.run();
        }
        return true;
    }

    /** Tables of one name in two schemas would share a topic. */
    static void requireTopicsOfTheirOwn(List<TableName> tables) {
        Map<String, TableName> byName = new HashMap<>();
        for (TableName table : tables) {
            TableName other = byName.put(table.name(), table);
            if (other != null) {
                throw new ConnectException(other.qualified() + " and " + table.qualified()
                        + " would share a topic; select one by " + JdbcSourceKeys.SCHEMA + ", "
                        + JdbcSourceKeys.CATALOG + " or the lists of tables");
            }
        }
    }
}
