package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.source.Database;
import java.util.Optional;

/**
 * How far a capture has come, in the captured database itself: it is made with the first step and dropped with the last
 * undo, so as long as anything of ours is in the database, it says what, and any machine can go on.
 */
public final class Journal {
    private static final String SPEC = "spec";

    private final Database database;
    private final CaptureNames names;

    public Journal(Database database, CaptureNames names) {
        this.database = database;
        this.names = names;
    }

    public boolean exists() {
        return database.text("SELECT to_regclass(?)::text", names.journal()) != null;
    }

    void create(CaptureSpec spec) {
        database.execute("CREATE TABLE " + names.journal()
                + " (step text PRIMARY KEY, state text NOT NULL, data text, at timestamptz NOT NULL DEFAULT now())");
        write(SPEC, "wanted", spec.json());
    }

    /** What the capture is; empty when it was never begun or is gone. */
    public Optional<CaptureSpec> spec() {
        return exists() ? data(SPEC).map(CaptureSpec::parse) : Optional.empty();
    }

    public void change(CaptureSpec spec) {
        write(SPEC, "wanted", spec.json());
    }

    void write(String step, String state, String data) {
        database.update(
                "INSERT INTO " + names.journal() + " (step, state, data) VALUES (?, ?, ?)"
                        + " ON CONFLICT (step) DO UPDATE SET state = excluded.state, data = coalesce(excluded.data, "
                        + names.journal() + ".data), at = now()",
                step,
                state,
                data);
    }

    Optional<String> data(String step) {
        return database.first("SELECT data FROM " + names.journal() + " WHERE step = ?", step)
                .map(row -> row.text("data"));
    }

    public Optional<String> state(String step) {
        return exists()
                ? database.first("SELECT state FROM " + names.journal() + " WHERE step = ?", step)
                        .map(row -> row.text("state"))
                : Optional.empty();
    }
}
