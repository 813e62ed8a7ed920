package io.millrace.connect.configs.cdc.preflight;

import java.util.List;

/**
 * Something that a check found.
 *
 * @param code of the check, such as {@code wal-level}
 * @param severity how much it matters
 * @param subject what it is about: a table, a role, a setting
 * @param found how it is in this database
 * @param why what happens if it stays so
 * @param sql statements that mend it, in order; empty where SQL cannot
 * @param note what else there is to do or to choose; empty when nothing
 * @param restart whether the server has to be restarted afterwards
 */
public record Finding(
        String code,
        Severity severity,
        String subject,
        String found,
        String why,
        List<String> sql,
        String note,
        boolean restart) {
    public Finding {
        sql = List.copyOf(sql);
    }

    public boolean isBlocking() {
        return severity == Severity.BLOCK;
    }

    /** The remedy in one line. */
    public String remedy() {
        String statements = String.join("; ", sql);
        String rest = note + (restart ? (note.isEmpty() ? "" : ", ") + "then restart the server" : "");
        return statements + (statements.isEmpty() || rest.isEmpty() ? "" : " -- ") + rest;
    }
}
