package io.millrace.connect.configs.cdc.preflight;

import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.SourceTable;
import io.millrace.connect.configs.cdc.source.Sql;
import java.util.ArrayList;
import java.util.List;

/** What is in the way of our own objects, and publications that hurt the application whoever made them. */
final class NameChecks {
    private NameChecks() {}

    static List<Check> all() {
        return List.of(
                Check.warning(
                        "publication-all-tables",
                        "The application's updates and deletes on published tables without identity fail.",
                        NameChecks::allTables),
                Check.blocking(
                        "publication-name",
                        "A publication of this name exists and this capture did not make it.",
                        (probe, findings) -> inTheWay(
                                probe,
                                findings,
                                "SELECT 1 FROM pg_publication WHERE pubname = ?",
                                "DROP PUBLICATION " + probe.names().inDatabase())),
                Check.blocking(
                        "schema-name",
                        "A schema of this name exists and this capture did not make it.",
                        (probe, findings) -> inTheWay(
                                probe,
                                findings,
                                "SELECT 1 FROM pg_namespace WHERE nspname = ?",
                                "DROP SCHEMA " + probe.names().inDatabase() + " CASCADE")),
                Check.blocking(
                        "role-name",
                        "A role of this name exists and this capture did not make it.",
                        (probe, findings) -> {
                            if (probe.request().role().isEmpty()) {
                                inTheWay(
                                        probe,
                                        findings,
                                        "SELECT 1 FROM pg_roles WHERE rolname = ?",
                                        "DROP OWNED BY " + probe.names().inDatabase(),
                                        "DROP ROLE " + probe.names().inDatabase());
                            }
                        }),
                Check.blocking(
                        "slot-name",
                        "Two connectors on one slot lose changes silently, and a forgotten slot fills the disk.",
                        NameChecks::slot));
    }

    private static void inTheWay(Probe probe, Findings findings, String exists, String... remedy) {
        if (!probe.isResumed() && probe.database().exists(exists, probe.names().inDatabase())) {
            findings.add(probe.names().inDatabase(), "exists already", remedy);
        }
    }

    private static void slot(Probe probe, Findings findings) {
        if (probe.isResumed()) {
            return;
        }
        for (Database.Row row : probe.database()
                .rows(
                        "SELECT active, active_pid, database FROM pg_replication_slots WHERE slot_name = ?",
                        probe.names().inDatabase())) {
            List<String> remedy = new ArrayList<>();
            if (row.flag("active")) {
                remedy.add("SELECT pg_terminate_backend(" + row.number("active_pid") + ")");
            }
            remedy.add("SELECT pg_drop_replication_slot("
                    + Sql.literal(probe.names().inDatabase()) + ")");
            findings.add(
                    probe.names().inDatabase(),
                    "exists already in database " + row.text("database")
                            + (row.flag("active") ? " and is being read" : ""),
                    remedy.toArray(String[]::new));
        }
    }

    private static void allTables(Probe probe, Findings findings) {
        List<Database.Row> publications = probe.database()
                .rows("SELECT pubname FROM pg_publication WHERE puballtables AND (pubupdate OR pubdelete)");
        for (Database.Row publication : publications) {
            List<String> remedy = probe.tables().stream()
                    .filter(table ->
                            table.kind().equals("r") && !table.persistence().equals("u") && !table.hasIdentity())
                    .map(NameChecks::identify)
                    .toList();
            if (!remedy.isEmpty()) {
                findings.add(
                        publication.text("pubname"),
                        "publishes all tables, " + remedy.size() + " of them without identity",
                        remedy.toArray(String[]::new));
            }
        }
    }

    /** The statement that gives a table an identity: the cheapest one that it allows. */
    static String identify(SourceTable table) {
        return "ALTER TABLE " + table.sql() + " REPLICA IDENTITY "
                + table.candidate()
                        .map(index -> "USING INDEX " + Sql.name(index))
                        .orElse("FULL");
    }
}
