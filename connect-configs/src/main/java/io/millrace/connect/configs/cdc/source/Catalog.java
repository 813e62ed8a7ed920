package io.millrace.connect.configs.cdc.source;

import java.sql.Array;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads which tables a database has; those of the system, of extensions and of ours are left out. */
public final class Catalog {
    /**
     * A unique index over columns that are never null, without condition and not deferrable: what PostgreSQL takes as
     * replica identity.
     */
    private static final String RELATIONS =
            """
            WITH relation AS (
              SELECT c.*, n.nspname,
                CASE c.relreplident
                  WHEN 'f' THEN true
                  WHEN 'n' THEN false
                  WHEN 'i' THEN EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisreplident AND i.indisvalid)
                  ELSE EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND i.indimmediate AND i.indisvalid)
                END AS identified
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't'
                AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
                AND to_regclass(quote_ident(n.nspname) || '.millrace_journal') IS NULL
                AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
            SELECT r.nspname AS schema, r.relname AS name, r.relkind::text AS kind, r.relpersistence::text AS persistence,
              r.relreplident::text AS identity, r.relispartition AS partition, r.relrowsecurity AS row_security,
              pg_get_userbyid(r.relowner) AS owner,
              r.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhparent = r.oid) AS children,
              CASE WHEN r.relkind = 'p' THEN r.identified AND NOT EXISTS (
                  SELECT 1 FROM pg_partition_tree(r.oid) t JOIN relation leaf ON leaf.oid = t.relid
                  WHERE t.isleaf AND t.relid <> r.oid AND NOT leaf.identified) ELSE r.identified END AS identified,
              ARRAY(SELECT a.attname::text FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(attnum, place)
                JOIN pg_attribute a ON a.attnum = k.attnum
                WHERE i.indrelid = r.oid AND i.indisprimary AND a.attrelid = r.oid AND k.place <= i.indnkeyatts
                ORDER BY k.place) AS key,
              EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = r.oid AND i.indisprimary AND NOT i.indimmediate) AS deferrable,
              (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                WHERE i.indrelid = r.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
                  AND i.indpred IS NULL AND i.indexprs IS NULL
                  AND NOT EXISTS (SELECT 1 FROM unnest(i.indkey) k(attnum) JOIN pg_attribute a
                    ON a.attrelid = r.oid AND a.attnum = k.attnum AND NOT a.attnotnull)
                ORDER BY i.indisprimary DESC, x.relname LIMIT 1) AS candidate,
              CASE WHEN r.relkind = 'p' THEN (SELECT CASE WHEN bool_or(leaf.reltuples < 0) THEN -1
                ELSE sum(leaf.reltuples)::bigint END FROM pg_partition_tree(r.oid) t
                JOIN pg_class leaf ON leaf.oid = t.relid WHERE t.isleaf) ELSE r.reltuples::bigint END AS rows,
              CASE WHEN r.relkind = 'p' THEN (SELECT sum(pg_total_relation_size(t.relid))::bigint
                FROM pg_partition_tree(r.oid) t WHERE t.isleaf) ELSE pg_total_relation_size(r.oid) END AS bytes,
              has_table_privilege(r.oid, 'SELECT') AS readable
            FROM relation r ORDER BY 1, 2
            """;

    /** A table up to this size is counted in less time than an eye blinks. */
    private static final long COUNTED_BYTES = 4 << 20;

    private Catalog() {}

    /** Every relation that somebody might want to capture, whether that is possible or not. */
    public static List<SourceTable> read(Database database) {
        return database.rows(RELATIONS).stream()
                .map(row -> table(row, rows(database, row)))
                .toList();
    }

    /** The estimate; the number itself of a small table that was never analysed, as one is after a restore. */
    private static long rows(Database database, Database.Row row) {
        boolean unknown = row.number("rows") < 0 && List.of("r", "p").contains(row.text("kind"));
        return unknown && row.number("bytes") <= COUNTED_BYTES && row.flag("readable")
                ? database.number(
                        "SELECT count(*) FROM " + Sql.name(row.text("schema")) + "." + Sql.name(row.text("name")))
                : row.number("rows");
    }

    private static SourceTable table(Database.Row row, long rows) {
        return new SourceTable(
                row.text("schema"),
                row.text("name"),
                row.text("kind"),
                row.text("persistence"),
                row.text("identity"),
                row.flag("partition"),
                row.flag("children"),
                row.flag("identified"),
                texts(row.values().get("key")),
                row.flag("deferrable"),
                Optional.ofNullable(row.text("candidate")),
                row.text("owner"),
                row.flag("row_security"),
                rows,
                row.number("bytes"));
    }

    static List<String> texts(Object array) {
        try {
            return Stream.of((Object[]) ((Array) array).getArray())
                    .map(String::valueOf)
                    .toList();
        } catch (SQLException e) {
            throw new IllegalStateException("the driver does not give an array that it has read", e);
        }
    }
}
