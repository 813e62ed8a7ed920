package io.millrace.connect.configs.cdc.preflight;

import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.SourceTable;
import io.millrace.connect.configs.cdc.source.Sql;
import java.util.List;

/** The role that sets things up, and the one that the connector is to log in with. */
final class RoleChecks {
    private static final String ATTRIBUTES =
            """
            SELECT r.*, r.rolvaliduntil < now() AS expired, r.rolsuper OR r.rolreplication
              OR EXISTS (SELECT 1 FROM pg_roles g WHERE g.rolname IN ('rds_superuser', 'rdsrepladmin', 'rds_replication')
                AND pg_has_role(r.oid, g.oid, 'member')) AS replicates
            FROM pg_roles r WHERE r.rolname = ?
            """;

    private RoleChecks() {}

    static List<Check> all() {
        return List.of(
                Check.blocking(
                        "database-create",
                        "Whoever sets up the capture makes a schema and a publication.",
                        (probe, findings) -> {
                            String user = probe.database().address().user();
                            if (!flag(probe, "SELECT has_database_privilege(current_database(), 'CREATE')")) {
                                findings.add(
                                        user, "may not create in this database", onDatabase("CREATE", user, probe));
                            }
                        }),
                Check.blocking("table-owner", "Only a table's owner may publish it.", RoleChecks::owners),
                Check.blocking(
                        "role-create",
                        "A role for the connector is made, and whoever sets up the capture may not make one that replicates.",
                        RoleChecks::mayCreateRole),
                given("role-missing", "The connector logs in with it.", (probe, findings) -> {
                    if (!probe.hasGivenRole()) {
                        findings.add(
                                role(probe),
                                "does not exist",
                                "CREATE ROLE " + Sql.name(role(probe)) + " LOGIN",
                                probe.flavour().letReplicate(role(probe)));
                    }
                }),
                attribute("role-login", "The connector logs in with it.", (row, probe, findings) -> {
                    if (!row.flag("rolcanlogin")) {
                        findings.add(role(probe), "may not log in", "ALTER ROLE " + Sql.name(role(probe)) + " LOGIN");
                    }
                }),
                attribute("role-replication", "Reading the log takes this attribute.", (row, probe, findings) -> {
                    if (!row.flag("replicates")) {
                        findings.add(
                                role(probe),
                                "may not replicate",
                                probe.flavour().letReplicate(role(probe)));
                    }
                }),
                attribute("role-expired", "The connector could not log in.", (row, probe, findings) -> {
                    if (row.flag("expired")) {
                        findings.add(
                                role(probe),
                                "has a password that expired on " + row.text("rolvaliduntil"),
                                "ALTER ROLE " + Sql.name(role(probe)) + " VALID UNTIL 'infinity'");
                    }
                }),
                attribute(
                        "role-connections",
                        "The connector holds up to three sessions at once.",
                        (row, probe, findings) -> {
                            long limit = row.number("rolconnlimit");
                            if (limit >= 0 && limit < 3) {
                                findings.add(
                                        role(probe),
                                        "may have " + limit + " sessions",
                                        "ALTER ROLE " + Sql.name(role(probe)) + " CONNECTION LIMIT -1");
                            }
                        }),
                given("database-connect", "The connector could not log in.", (probe, findings) -> {
                    if (probe.hasGivenRole()
                            && !flag(
                                    probe,
                                    "SELECT has_database_privilege(?, current_database(), 'CONNECT')",
                                    role(probe))) {
                        findings.add(role(probe), "may not connect", onDatabase("CONNECT", role(probe), probe));
                    }
                }),
                given("schema-usage", "The first snapshot reads the tables themselves.", RoleChecks::usage),
                given("table-select", "The first snapshot reads the tables themselves.", RoleChecks::select),
                Check.blocking(
                        "row-security",
                        "The first snapshot would silently miss the rows that policies hide from the connector.",
                        RoleChecks::rowSecurity),
                timeout("statement-timeout", "statement_timeout"),
                timeout("lock-timeout", "lock_timeout"),
                timeout("idle-transaction-timeout", "idle_in_transaction_session_timeout"),
                timeout("transaction-timeout", "transaction_timeout"));
    }

    private static String role(Probe probe) {
        return probe.request().connectorRole();
    }

    private static boolean flag(Probe probe, String sql, Object... parameters) {
        return Boolean.TRUE.equals(probe.database()
                .rows(sql, parameters)
                .get(0)
                .values()
                .values()
                .iterator()
                .next());
    }

    private static String onDatabase(String privilege, String role, Probe probe) {
        return "GRANT " + privilege + " ON DATABASE "
                + Sql.name(probe.database().address().database()) + " TO " + Sql.name(role);
    }

    /** A check of a role that exists already; one that we make is made as it has to be. */
    private static Check given(String code, String why, java.util.function.BiConsumer<Probe, Findings> look) {
        return Check.blocking(code, why, (probe, findings) -> {
            if (probe.request().role().isPresent()) {
                look.accept(probe, findings);
            }
        });
    }

    private interface AttributeLook {
        void at(Database.Row row, Probe probe, Findings findings);
    }

    private static Check attribute(String code, String why, AttributeLook look) {
        return given(code, why, (probe, findings) -> probe.database()
                .first(ATTRIBUTES, role(probe))
                .ifPresent(row -> look.at(row, probe, findings)));
    }

    private static void owners(Probe probe, Findings findings) {
        String user = probe.database().address().user();
        probe.selection().chosen().stream()
                .map(SourceTable::owner)
                .distinct()
                .filter(owner -> !flag(probe, "SELECT pg_has_role(current_user, ?, 'USAGE')", owner))
                .forEach(owner -> findings.add(
                        user,
                        "does not own the tables of " + owner,
                        "GRANT " + Sql.name(owner) + " TO " + Sql.name(user)));
    }

    private static void mayCreateRole(Probe probe, Findings findings) {
        if (probe.request().role().isPresent()) {
            return;
        }
        Database.Row me = probe.database()
                .first("SELECT rolsuper, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = current_user")
                .orElseThrow();
        boolean may = me.flag("rolsuper")
                || me.flag("rolcreaterole")
                        && (me.flag("rolreplication")
                                || probe.flavour().letReplicate("x").startsWith("GRANT"));
        if (!may) {
            String user = probe.database().address().user();
            findings.add(
                    Severity.BLOCK,
                    user,
                    "may not make a role that replicates",
                    List.of("ALTER ROLE " + Sql.name(user)
                            + (probe.version() < 160000 ? " SUPERUSER" : " CREATEROLE REPLICATION")),
                    "or have a DBA make a role and name it with --role",
                    false);
        }
    }

    private static void usage(Probe probe, Findings findings) {
        if (!probe.hasGivenRole()) {
            return;
        }
        probe.selection().chosen().stream()
                .map(SourceTable::schema)
                .distinct()
                .filter(schema -> !flag(probe, "SELECT has_schema_privilege(?, ?, 'USAGE')", role(probe), schema))
                .forEach(schema -> findings.add(
                        schema,
                        "is closed to " + role(probe),
                        "GRANT USAGE ON SCHEMA " + Sql.name(schema) + " TO " + Sql.name(role(probe))));
    }

    private static void select(Probe probe, Findings findings) {
        if (!probe.hasGivenRole()) {
            return;
        }
        probe.selection().chosen().stream()
                .filter(table ->
                        !flag(probe, "SELECT has_table_privilege(?, ?::regclass, 'SELECT')", role(probe), table.sql()))
                .forEach(table -> findings.add(
                        table.id(),
                        "cannot be read by " + role(probe),
                        "GRANT SELECT ON " + table.sql() + " TO " + Sql.name(role(probe))));
    }

    private static void rowSecurity(Probe probe, Findings findings) {
        String role = role(probe);
        boolean sees = probe.database()
                .exists("SELECT 1 FROM pg_roles WHERE rolname = ? AND (rolsuper OR rolbypassrls)", role);
        if (sees) {
            return;
        }
        for (SourceTable table : probe.selection().chosen()) {
            if (!table.rowSecurity()) {
                continue;
            }
            if (probe.hasGivenRole()) {
                findings.add(table.id(), "has row security", "ALTER ROLE " + Sql.name(role) + " BYPASSRLS");
            } else {
                findings.tell(
                        table.id(),
                        "has row security",
                        "have a superuser make a role with LOGIN REPLICATION BYPASSRLS and name it with --role, or leave"
                                + " the table out with --exclude " + table.id());
            }
        }
    }

    /** A limit that would end the snapshot's long transaction; the role that we make has none. */
    private static Check timeout(String code, String setting) {
        String effective =
                """
                SELECT coalesce(
                  (SELECT split_part(c, '=', 2) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
                     LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
                     WHERE r.rolname = ? AND (s.setdatabase = 0 OR d.datname = current_database())
                       AND split_part(c, '=', 1) = ? ORDER BY s.setdatabase DESC LIMIT 1),
                  (SELECT split_part(c, '=', 2) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase,
                     unnest(s.setconfig) c WHERE s.setrole = 0 AND d.datname = current_database()
                       AND split_part(c, '=', 1) = ? LIMIT 1),
                  (SELECT reset_val FROM pg_settings WHERE name = ? AND source <> 'session'), '0') AS value
                """;
        return new Check(
                code,
                Severity.WARN,
                "It ends the first snapshot, which is one long transaction.",
                (probe, findings) -> {
                    if (!probe.hasGivenRole()) {
                        return;
                    }
                    String value = probe.database().text(effective, role(probe), setting, setting, setting);
                    if (!value.matches("0[a-z]*")) {
                        findings.add(
                                role(probe),
                                "runs under " + setting + " = " + value,
                                "ALTER ROLE " + Sql.name(role(probe)) + " SET " + setting + " = 0");
                    }
                });
    }
}
