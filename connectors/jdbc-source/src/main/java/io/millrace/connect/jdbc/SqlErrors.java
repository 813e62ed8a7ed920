package io.millrace.connect.jdbc;

import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;

/** What a database's error means for the reader, by class and SQLSTATE, never by the words of the message. */
enum SqlErrors {
    /** Goes away by itself: try again. */
    PASSING,
    /** The table is not there: leave it alone until it is. */
    NO_TABLE,
    /** User or password are refused. */
    LOGIN,
    /** Trying again cannot help. */
    LASTING;

    /** Connection, resources, rollback by the database, lock not available, operator, system. */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "40", "55", "57", "58");

    private static final Set<String> NO_TABLE_STATES = Set.of("42P01", "42S02", "3F000");

    private static final int SQLITE_ERROR = 1;
    private static final Set<Integer> SQLITE_PASSING = Set.of(5, 6, 10, 14, 17);

    static SqlErrors of(SQLException e) {
        String state = e.getSQLState();
        if (e instanceof SQLInvalidAuthorizationSpecException || state != null && state.startsWith("28")) {
            return LOGIN;
        }
        if (e instanceof SQLTransientException
                || e instanceof SQLRecoverableException
                || e instanceof SQLNonTransientConnectionException) {
            return PASSING;
        }
        if (e.getClass().getName().startsWith("org.sqlite.")) {
            // SQLite has no states; a missing table is a plain error that only its text tells from a bad statement.
            int code = e.getErrorCode() & 0xff;
            if (code == SQLITE_ERROR && String.valueOf(e.getMessage()).contains("no such table")) {
                return NO_TABLE;
            }
            return SQLITE_PASSING.contains(code) ? PASSING : LASTING;
        }
        if (state == null || state.length() != 5) {
            return PASSING;
        }
        if (NO_TABLE_STATES.contains(state)) {
            return NO_TABLE;
        }
        return PASSING_CLASSES.contains(state.substring(0, 2)) || state.startsWith("HYT") ? PASSING : LASTING;
    }
}
