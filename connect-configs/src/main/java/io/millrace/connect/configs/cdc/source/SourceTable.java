package io.millrace.connect.configs.cdc.source;

import java.util.List;
import java.util.Optional;

/**
 * A relation of the source as far as capturing its changes cares.
 *
 * @param schema its schema
 * @param name its name
 * @param kind PostgreSQL's {@code relkind}: r, p, f, v or m
 * @param persistence PostgreSQL's {@code relpersistence}
 * @param identity PostgreSQL's {@code relreplident}: d, i, f or n
 * @param partition whether it is a partition of another table
 * @param children whether other tables inherit from it without being its partitions
 * @param hasIdentity whether it, or every partition of it, has what identifies a row in the log
 * @param key columns of the primary key, in order; empty without one
 * @param deferrableKey whether its primary key is deferrable, so that PostgreSQL does not use it as identity
 * @param candidate a unique index that could serve as identity
 * @param owner its owner
 * @param rowSecurity whether policies decide which rows a role sees
 * @param rows estimated number of rows; negative when it was never counted
 * @param bytes size with indexes and out-of-line values
 */
public record SourceTable(
        String schema,
        String name,
        String kind,
        String persistence,
        String identity,
        boolean partition,
        boolean children,
        boolean hasIdentity,
        List<String> key,
        boolean deferrableKey,
        Optional<String> candidate,
        String owner,
        boolean rowSecurity,
        long rows,
        long bytes) {
    public SourceTable {
        key = List.copyOf(key);
    }

    /** {@code schema.table}, as Debezium and the topics write it. */
    public String id() {
        return schema + "." + name;
    }

    /** The name for SQL. */
    public String sql() {
        return Sql.name(schema) + "." + Sql.name(name);
    }

    public boolean isTable() {
        return kind.equals("r") || kind.equals("p");
    }

    /** What it is, in words. */
    public String kindInWords() {
        return switch (kind) {
            case "r" -> persistence.equals("u") ? "unlogged table" : "table";
            case "p" -> "partitioned table";
            case "f" -> "foreign table";
            case "v" -> "view";
            case "m" -> "materialised view";
            default -> "relation of kind " + kind;
        };
    }
}
