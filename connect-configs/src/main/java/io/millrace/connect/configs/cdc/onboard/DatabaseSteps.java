package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.Flavour;
import io.millrace.connect.configs.cdc.source.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The steps within the captured database; each is one transaction together with its line in the journal. */
final class DatabaseSteps {
    private static final String MARK = "made by millrace cdc";

    private DatabaseSteps() {}

    /** Schema with journal, signal table and marker table. The first to be made, the last to go. */
    record OwnSchema(Capture capture) implements Step {
        @Override
        public String name() {
            return "schema";
        }

        @Override
        public String what() {
            return "schema " + capture.names().inDatabase() + " with journal, signal and marker table";
        }

        @Override
        public boolean isDone() {
            return capture.journal().exists();
        }

        @Override
        public List<String> sql() {
            CaptureNames names = capture.names();
            return List.of(
                    "CREATE SCHEMA " + names.inDatabase(),
                    "CREATE TABLE " + names.signal()
                            + " (id varchar(64) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048))",
                    "CREATE TABLE " + names.marker()
                            + " (id int PRIMARY KEY, token text NOT NULL, at timestamptz NOT NULL)");
        }

        @Override
        public void apply() {
            capture.database().together(() -> {
                sql().forEach(capture.database()::execute);
                capture.journal().create(capture.spec());
                capture.journal().write(name(), "done", null);
            });
        }

        @Override
        public void undo() {
            capture.database()
                    .execute("DROP SCHEMA IF EXISTS " + capture.names().inDatabase() + " CASCADE");
        }
    }

    /** The connector's role: made, or given and only let into our own tables. */
    record Role(Capture capture) implements Step {
        @Override
        public String name() {
            return "role";
        }

        @Override
        public String what() {
            return capture.spec()
                    .givenRole()
                    .map(role -> "let role " + role + " use the signal table")
                    .orElse("role " + capture.names().inDatabase() + " that may log in, replicate and read "
                            + capture.spec().tables().size() + " tables");
        }

        @Override
        public boolean isDone() {
            return capture.journal().state(name()).filter("done"::equals).isPresent() && exists();
        }

        private boolean exists() {
            return capture.database()
                    .exists(
                            "SELECT 1 FROM pg_roles WHERE rolname = ?",
                            capture.spec().connectorRole());
        }

        @Override
        public List<String> sql() {
            CaptureNames names = capture.names();
            Database database = capture.database();
            String role = Sql.name(capture.spec().connectorRole());
            List<String> statements = new ArrayList<>();
            if (capture.spec().givenRole().isEmpty()) {
                if (!exists()) {
                    statements.add("CREATE ROLE " + role + " LOGIN");
                    statements.add(Flavour.of(database).letReplicate(names.inDatabase()));
                    statements.add("COMMENT ON ROLE " + role + " IS " + Sql.literal(MARK));
                }
                for (String limit :
                        List.of("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")) {
                    statements.add("ALTER ROLE " + role + " SET " + limit + " = 0");
                }
                statements.add("GRANT CONNECT ON DATABASE "
                        + Sql.name(database.address().database()) + " TO " + role);
                capture.spec().tables().stream()
                        .flatMap(table -> grants(role, table).stream())
                        .distinct()
                        .forEach(statements::add);
            }
            statements.add("GRANT USAGE ON SCHEMA " + names.inDatabase() + " TO " + role);
            statements.add("GRANT SELECT, INSERT, UPDATE, DELETE ON " + names.signal() + " TO " + role);
            statements.add("GRANT SELECT ON " + names.marker() + " TO " + role);
            return statements;
        }

        @Override
        public void apply() {
            Database database = capture.database();
            database.together(() -> {
                sql().forEach(database::execute);
                if (capture.spec().givenRole().isEmpty()) {
                    setPassword(Sql.name(capture.spec().connectorRole()));
                }
                capture.journal().write(name(), "done", null);
            });
        }

        private void setPassword(String role) {
            // The statement takes no parameters; what is sent is quoted and never printed.
            password()
                    .ifPresent(password -> withoutEcho(() ->
                            capture.database().execute("ALTER ROLE " + role + " PASSWORD " + Sql.literal(password))));
        }

        static List<String> grants(String role, String table) {
            return List.of(
                    "GRANT USAGE ON SCHEMA " + Tables.schema(table) + " TO " + role,
                    "GRANT SELECT ON " + Tables.sql(table) + " TO " + role);
        }

        private java.util.Optional<String> password() {
            return capture.host()
                    .secrets()
                    .map(store -> store.readOrCreate(capture.names().name()))
                    .or(capture::rolePassword);
        }

        private static void withoutEcho(Runnable statement) {
            try {
                statement.run();
            } catch (ClusterException e) {
                throw new OnboardException("the password of the connector's role was refused by the server");
            }
        }

        @Override
        public void undo() {
            Database database = capture.database();
            String name = capture.names().inDatabase();
            boolean ours = capture.spec().givenRole().isEmpty()
                    && database.exists(
                            "SELECT 1 FROM pg_roles WHERE rolname = ? AND shobj_description(oid, 'pg_authid') = ?",
                            name,
                            MARK);
            if (ours) {
                database.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ?", name);
                database.together(() -> {
                    revoke(database, name);
                    database.execute("DROP ROLE " + name);
                });
            }
            capture.host()
                    .secrets()
                    .ifPresent(store -> store.forget(capture.names().name()));
        }

        private static void revoke(Database database, String role) {
            // Read from what there is, so that a table or schema that was dropped or added meanwhile does no harm.
            database.rows(
                            "SELECT n.nspname FROM pg_namespace n, aclexplode(n.nspacl) a, pg_roles r"
                                    + " WHERE a.grantee = r.oid AND r.rolname = ?"
                                    + " UNION SELECT n.nspname FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid,"
                                    + " aclexplode(c.relacl) a, pg_roles r WHERE a.grantee = r.oid AND r.rolname = ?",
                            role,
                            role)
                    .forEach(row -> {
                        String schema = Sql.name(row.text("nspname"));
                        database.execute("REVOKE ALL ON ALL TABLES IN SCHEMA " + schema + " FROM " + role);
                        database.execute("REVOKE ALL ON SCHEMA " + schema + " FROM " + role);
                    });
            database.execute(
                    "REVOKE ALL ON DATABASE " + Sql.name(database.address().database()) + " FROM " + role);
        }
    }

    /** The publication of exactly the captured tables. */
    record Publication(Capture capture) implements Step {
        @Override
        public String name() {
            return "publication";
        }

        @Override
        public String what() {
            return "publication " + capture.names().inDatabase() + " of "
                    + capture.spec().tables().size() + " tables, signal and marker table";
        }

        @Override
        public boolean isDone() {
            return capture.database()
                    .exists(
                            "SELECT 1 FROM pg_publication WHERE pubname = ?",
                            capture.names().inDatabase());
        }

        @Override
        public List<String> sql() {
            String name = capture.names().inDatabase();
            String tables = Stream.concat(
                            capture.spec().tables().stream().map(Tables::sql),
                            Stream.of(capture.names().signal(), capture.names().marker()))
                    .collect(Collectors.joining(", "));
            String root = capture.database().version() >= 130000 ? ", publish_via_partition_root = true" : "";
            return List.of(
                    "CREATE PUBLICATION " + name + " FOR TABLE " + tables + " WITH (publish = 'insert, update, delete'"
                            + root + ")",
                    "COMMENT ON PUBLICATION " + name + " IS " + Sql.literal(MARK));
        }

        @Override
        public void apply() {
            capture.database().together(() -> {
                sql().forEach(capture.database()::execute);
                capture.journal().write(name(), "done", null);
            });
        }

        @Override
        public void undo() {
            capture.database()
                    .execute("DROP PUBLICATION IF EXISTS " + capture.names().inDatabase());
        }
    }
}
