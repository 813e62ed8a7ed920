package io.millrace.connect.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How far rows can be read on PostgreSQL without a row appearing behind the reader later.
 *
 * <p>An id or a time is given to a row before its transaction commits, so a row can become visible after rows that follow it.
 * Here a limit is noted first (the largest id there is, or the time), then the transactions that are open. What is
 * missing below the limit can only come from those: ids and times below it were handed out before it was noted. So the limit
 * holds once all of them are over, however they ended. Virtual transaction ids are never used twice by one server, and each
 * transaction holds a lock on its own from its first moment, which every user may see.
 *
 * @param <L> the kind of limit
 */
final class CommitHorizon<L> {
    /** The locks of the other transactions in this database, prepared ones among them; autovacuum adds no rows. */
    private static final String OPEN =
            """
            SELECT 'v' || l.virtualxid FROM pg_catalog.pg_locks l
              JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.granted
               AND a.datname = current_database() AND a.pid <> pg_backend_pid()
               AND a.backend_type IS DISTINCT FROM 'autovacuum worker'
            UNION ALL
            SELECT 'p' || transaction::text FROM pg_catalog.pg_prepared_xacts WHERE database = current_database()""";

    private L reached;
    private L candidate;
    private Set<String> awaited = Set.of();

    /** Finds the limit that is noted next. */
    interface Limit<L> {
        L read(Connection connection) throws SQLException;
    }

    /** The newest limit that holds; empty when none does yet. Ends the connection's transaction. */
    Optional<L> advance(Connection connection, Limit<L> next) throws SQLException {
        if (candidate != null) {
            settle(open(connection));
        }
        if (candidate == null) {
            candidate = next.read(connection);
            // A transaction of its own, whose snapshot is younger than the limit whatever the isolation is.
            connection.rollback();
            if (candidate != null) {
                awaited = open(connection);
                settle(awaited);
            }
        }
        return Optional.ofNullable(reached);
    }

    /** How many transactions are waited for. */
    int waiting() {
        return candidate == null ? 0 : awaited.size();
    }

    private void settle(Set<String> open) {
        Set<String> left = new HashSet<>(awaited);
        left.retainAll(open);
        if (left.size() < awaited.size()) {
            // One that is gone may have been prepared, and a prepared transaction goes by another name.
            open.stream().filter(name -> name.startsWith("p")).forEach(left::add);
        }
        awaited = left;
        if (left.isEmpty()) {
            reached = candidate;
            candidate = null;
        }
    }

    private static Set<String> open(Connection connection) throws SQLException {
        Set<String> open = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(OPEN)) {
            while (row.next()) {
                open.add(row.getString(1));
            }
        }
        connection.rollback();
        return open;
    }
}
