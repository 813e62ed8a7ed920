package io.millrace.connect.configs.cdc.preflight;

import io.millrace.connect.configs.NearestName;
import io.millrace.connect.configs.cdc.Selection;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.SourceTable;
import io.millrace.connect.configs.cdc.source.TypeFate;
import java.util.List;
import java.util.function.BiConsumer;

/** The tables: which can be captured, what identifies their rows, and what becomes of their columns. */
final class TableChecks {
    private TableChecks() {}

    static List<Check> all() {
        return List.of(
                Check.blocking(
                        "table-missing", "A pattern that nothing fits is most likely a slip.", (probe, findings) -> {
                            List<String> names =
                                    probe.tables().stream().map(SourceTable::id).toList();
                            probe.selection()
                                    .missing()
                                    .forEach(pattern -> findings.tell(
                                            pattern,
                                            "fits no table" + NearestName.hint(pattern, names),
                                            "correct --tables"));
                        }),
                Check.blocking("no-table", "There would be nothing to capture.", (probe, findings) -> {
                    if (probe.selection().chosen().isEmpty()
                            && probe.selection().missing().isEmpty()) {
                        findings.tell(
                                probe.database().address().database(),
                                "has no table that can be captured",
                                "see the other findings, or widen --tables");
                    }
                }),
                named("not-a-table", "Only tables have changes in the log.", (table, findings) -> {
                    if (!table.isTable()) {
                        findings.tell(table.id(), "is a " + table.kindInWords(), "name the tables behind it");
                    }
                }),
                named("partition", "A partition's rows come under the partitioned table's name.", (table, findings) -> {
                    if (table.partition()) {
                        findings.tell(table.id(), "is a partition", "name the partitioned table instead");
                    }
                }),
                named("unlogged-table", "Changes of an unlogged table are not in the log.", (table, findings) -> {
                    if (table.persistence().equals("u")) {
                        findings.add(table.id(), "is unlogged", "ALTER TABLE " + table.sql() + " SET LOGGED");
                    }
                }),
                identity(
                        "replica-identity",
                        "Published, every update and delete of the application on this table would fail.",
                        table -> table.identity().equals("d") && !table.deferrableKey(),
                        "has no primary key"),
                identity(
                        "deferrable-key",
                        "PostgreSQL takes no deferrable key as identity; published, updates and deletes would fail.",
                        table -> table.identity().equals("d") && table.deferrableKey(),
                        "has a deferrable primary key"),
                identity(
                        "identity-nothing",
                        "Published, every update and delete of the application on this table would fail.",
                        table -> table.identity().equals("n"),
                        "has REPLICA IDENTITY NOTHING"),
                identity(
                        "identity-index",
                        "Published, every update and delete of the application on this table would fail.",
                        table -> table.identity().equals("i"),
                        "names an index as identity that is not there any more"),
                chosen(
                        Severity.WARN,
                        "identity-full",
                        "Every update writes the whole old row to the log; that is dear on busy, wide tables.",
                        (probe, table, findings) -> {
                            if (table.identity().equals("f")
                                    && !table.key().isEmpty()
                                    && !table.deferrableKey()
                                    && !outOfLine(probe, table)) {
                                findings.add(
                                        table.id(),
                                        "has REPLICA IDENTITY FULL although it has a key and no values out of line",
                                        "ALTER TABLE " + table.sql() + " REPLICA IDENTITY DEFAULT");
                            }
                        }),
                chosen(
                        Severity.INFO,
                        "unchanged-toast",
                        "A large value that an update leaves alone is not in the log: the change carries a placeholder,"
                                + " and the lake's mirror keeps the old value. With FULL it is there, for more log.",
                        (probe, table, findings) -> {
                            if (!table.identity().equals("f") && outOfLine(probe, table)) {
                                findings.add(
                                        table.id(),
                                        "has values stored out of line",
                                        "ALTER TABLE " + table.sql() + " REPLICA IDENTITY FULL");
                            }
                        }),
                chosen(
                        Severity.WARN,
                        "inheritance",
                        "Rows of the tables that inherit come under those tables' names, not under this one's.",
                        (probe, table, findings) -> {
                            if (table.children()) {
                                findings.tell(table.id(), "has tables that inherit from it", "capture those as well");
                            }
                        }),
                Check.telling("left-out", "Not every relation has changes that can be captured.", TableChecks::leftOut),
                columns(
                        "generated-column",
                        "The log does not hold generated columns: after the snapshot they come empty.",
                        "a.attgenerated <> ''",
                        (row, findings) -> findings.tell(
                                row.text("id") + "." + row.text("column"),
                                "is generated",
                                "compute it where it is read")),
                columns("column-type", "Not every type arrives as it is stored.", "true", TableChecks::type),
                Check.telling(
                        "large-object",
                        "Large objects live outside of tables and are not in the log.",
                        (probe, findings) -> {
                            long count = probe.database().number("SELECT count(*) FROM pg_largeobject_metadata");
                            if (count > 0) {
                                findings.tell("pg_largeobject", "holds " + count, "they stay where they are");
                            }
                        }));
    }

    private static void type(Database.Row row, Findings findings) {
        TypeFate fate = TypeFate.of(row.text("type"), row.text("typtype"), row.text("category"), row.number("typmod"));
        if (fate.isNotable()) {
            findings.add(
                    fate.isLost() ? Severity.WARN : Severity.INFO,
                    row.text("id") + "." + row.text("column"),
                    row.text("written") + ": " + fate.words(),
                    List.of(),
                    fate.isLost() ? "add a column of a type that is captured, or do without" : "",
                    false);
        }
    }

    private static void leftOut(Probe probe, Findings findings) {
        probe.selection().leftOut().forEach((table, reason) -> {
            boolean named =
                    probe.selection().named().stream().anyMatch(one -> one.id().equals(table));
            boolean partition = reason.startsWith("a partition");
            if (!named && !partition) {
                findings.tell(table, reason, "");
            }
        });
    }

    private static boolean outOfLine(Probe probe, SourceTable table) {
        return probe.database()
                .exists(
                        "SELECT 1 FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped"
                                + " AND attstorage IN ('x', 'e') AND NOT (attnum = ANY (coalesce((SELECT indkey::int2[]"
                                + " FROM pg_index WHERE indrelid = attrelid AND indisprimary), '{}')))"
                                + " AND atttypid::regtype::text NOT IN ('numeric', 'inet', 'cidr')"
                                + " AND NOT (atttypmod BETWEEN 5 AND 504)",
                        table.sql());
    }

    private static Check named(String code, String why, BiConsumer<SourceTable, Findings> look) {
        return Check.blocking(code, why, (probe, findings) -> probe.selection()
                .named()
                .forEach(table -> look.accept(table, findings)));
    }

    private interface TableLook {
        void at(Probe probe, SourceTable table, Findings findings);
    }

    private static Check chosen(Severity severity, String code, String why, TableLook look) {
        return new Check(code, severity, why, (probe, findings) -> probe.selection()
                .chosen()
                .forEach(table -> look.at(probe, table, findings)));
    }

    /** Tables without identity: named ones block, others are left out with a warning. */
    private static Check identity(
            String code, String why, java.util.function.Predicate<SourceTable> condition, String found) {
        return new Check(code, Severity.WARN, why, (probe, findings) -> {
            for (SourceTable table : probe.tables()) {
                boolean wanted = probe.selection().leftOut().containsKey(table.id())
                        && !"skip".equals(probe.request().identities().get(table.id()));
                if (!wanted
                        || !table.isTable()
                        || table.partition()
                        || table.persistence().equals("u")
                        || Selection.isIdentified(table, probe.request())
                        || !condition.test(table)) {
                    continue;
                }
                boolean named = probe.selection().named().contains(table);
                findings.add(
                        named ? Severity.BLOCK : Severity.WARN,
                        table.id(),
                        found + (named ? "" : ", so it is left out"),
                        List.of(NameChecks.identify(table)),
                        "or choose: --identity " + table.id() + "=full, =index:NAME or =skip",
                        false);
            }
        });
    }

    private static Check columns(String code, String why, String condition, BiConsumer<Database.Row, Findings> look) {
        String query =
                """
                WITH RECURSIVE base(id, oid, typmod) AS (
                  SELECT oid, oid, -1 FROM pg_type WHERE typtype = 'd'
                  UNION ALL SELECT b.id, t.typbasetype, t.typtypmod FROM base b JOIN pg_type t ON t.oid = b.oid WHERE t.typtype = 'd')
                SELECT n.nspname || '.' || c.relname AS id, a.attname AS column, t.typname AS type,
                  t.typtype::text AS typtype, t.typcategory::text AS category,
                  CASE WHEN b.id IS NULL THEN a.atttypmod ELSE b.typmod END AS typmod,
                  format_type(a.atttypid, a.atttypmod) AS written
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                  LEFT JOIN base b ON b.id = a.atttypid AND (SELECT typtype FROM pg_type WHERE oid = b.oid) <> 'd'
                  JOIN pg_type t ON t.oid = coalesce(b.oid, a.atttypid)
                WHERE a.attnum > 0 AND NOT a.attisdropped AND c.oid = ?::regclass AND %s ORDER BY a.attnum
                """
                        .formatted(condition);
        return new Check(code, Severity.WARN, why, (probe, findings) -> probe.selection()
                .chosen()
                .forEach(
                        table -> probe.database().rows(query, table.sql()).forEach(row -> look.accept(row, findings))));
    }
}
