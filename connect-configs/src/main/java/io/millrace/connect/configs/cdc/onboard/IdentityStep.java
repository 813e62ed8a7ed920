package io.millrace.connect.configs.cdc.onboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.Sql;
import java.util.LinkedHashMap;
import java.util.Map;

/** Replica identities that somebody chose, of the table and of each of its partitions; the old ones are in the journal. */
record IdentityStep(Capture capture) implements Step {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String name() {
        return "identity";
    }

    @Override
    public String what() {
        return capture.spec().identities().isEmpty()
                ? "no replica identity is changed"
                : "replica identity of " + capture.spec().identities();
    }

    @Override
    public boolean isDone() {
        return capture.spec().identities().isEmpty()
                || capture.journal().state(name()).filter("done"::equals).isPresent();
    }

    @Override
    public void apply() {
        Database database = capture.database();
        database.together(() -> {
            Map<String, String> before = new LinkedHashMap<>();
            capture.spec().identities().forEach((table, choice) -> database.rows(
                            "SELECT c.oid::regclass::text AS relation, c.relreplident::text AS identity, (SELECT x.relname"
                                    + " FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid"
                                    + " AND i.indisreplident) AS index FROM pg_class c WHERE c.oid = ?::regclass OR c.oid IN"
                                    + " (SELECT inhrelid FROM pg_inherits JOIN pg_class p ON p.oid = inhparent"
                                    + " WHERE p.relkind = 'p' AND p.oid = ?::regclass)",
                            Tables.sql(table),
                            Tables.sql(table))
                    .forEach(row -> {
                        before.put(row.text("relation"), old(row));
                        set(
                                database,
                                row.text("relation"),
                                choice.startsWith("index:")
                                        ? "USING INDEX " + Sql.name(choice.substring("index:".length()))
                                        : "FULL");
                    }));
            capture.journal().write(name(), "done", json(before));
        });
    }

    @Override
    public void undo() {
        Database database = capture.database();
        if (!capture.journal().exists()) {
            return;
        }
        capture.journal()
                .data(name())
                .ifPresent(data -> database.together(() -> {
                    map(data).forEach((relation, identity) -> {
                        if (database.text("SELECT to_regclass(?)::text", relation) != null) {
                            set(database, relation, identity);
                        }
                    });
                    database.execute("DELETE FROM " + capture.names().journal() + " WHERE step = 'identity'");
                }));
    }

    private static void set(Database database, String relation, String identity) {
        database.execute("ALTER TABLE " + relation + " REPLICA IDENTITY " + identity);
    }

    private static String old(Database.Row row) {
        return switch (row.text("identity")) {
            case "f" -> "FULL";
            case "n" -> "NOTHING";
            case "i" -> row.text("index") == null ? "NOTHING" : "USING INDEX " + Sql.name(row.text("index"));
            default -> "DEFAULT";
        };
    }

    private static String json(Map<String, String> map) {
        try {
            return JSON.writeValueAsString(map);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> map(String json) {
        try {
            return JSON.readValue(json, new TypeReference<LinkedHashMap<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the journal holds no identities: " + e.getOriginalMessage(), e);
        }
    }
}
