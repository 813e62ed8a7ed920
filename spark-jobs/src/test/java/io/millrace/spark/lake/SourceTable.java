package io.millrace.spark.lake;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A table in PostgreSQL as its mirror has to be: which type each column has in the lake, and every row as text that
 * PostgreSQL itself makes.
 */
record SourceTable(String name, List<SourceColumn> columns) {

    /**
     * @param lakeType what Spark calls the type that the column has in the lake
     * @param text SQL that gives a value as {@link MirrorText} writes it
     */
    record SourceColumn(String name, String lakeType, String text) {}

    /** All tables of the schema public but leaves of partitioned ones. */
    static List<String> names(Connection database) throws SQLException {
        return strings(
                database,
                "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
                        + " and not relispartition order by 1");
    }

    static SourceTable of(Connection database, String name) throws SQLException {
        String sql =
                """
                select a.attname,
                  case t.typtype when 'e' then 'enum' when 'r' then 'range'
                    when 'd' then format_type(t.typbasetype, t.typtypmod)
                    else format_type(a.atttypid, a.atttypmod) end
                from pg_attribute a join pg_type t on t.oid = a.atttypid
                where a.attrelid = 'public.%s'::regclass and a.attnum > 0 and not a.attisdropped
                  and a.attgenerated <> 'v' order by a.attnum"""
                        .formatted(name);
        List<SourceColumn> columns = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                columns.add(column(rows.getString(1), rows.getString(2)));
            }
        }
        return new SourceTable(name, columns);
    }

    private static SourceColumn column(String name, String type) {
        String quoted = "\"" + name + "\"";
        String text = quoted + "::text";
        if (type.startsWith("numeric(")) {
            return new SourceColumn(name, type.replace("numeric", "decimal"), text);
        } else if (type.startsWith("timestamp with time zone")) {
            return new SourceColumn(name, "timestamp", micros(quoted + " at time zone 'UTC'"));
        } else if (type.startsWith("timestamp")) {
            return new SourceColumn(name, "timestamp", micros(quoted));
        } else if (type.startsWith("time")) {
            return new SourceColumn(name, "bigint", "(extract(epoch from " + quoted + ") * 1000000)::bigint::text");
        }
        return switch (type) {
            // Debezium leaves zeros at the end out where a column has no scale.
            case "numeric" -> new SourceColumn(name, "string", "trim_scale(" + quoted + ")::text");
            case "smallint", "integer" -> new SourceColumn(name, "int", text);
            case "bigint" -> new SourceColumn(name, "bigint", text);
            case "real" -> new SourceColumn(name, "float", "encode(float4send(" + quoted + "), 'hex')");
            case "double precision" -> new SourceColumn(name, "double", "encode(float8send(" + quoted + "), 'hex')");
            case "boolean" -> new SourceColumn(name, "boolean", text);
            case "date" -> new SourceColumn(name, "date", text);
            case "bytea" -> new SourceColumn(name, "binary", "translate(encode(" + quoted + ", 'base64'), E'\\n', '')");
            case "text[]" -> new SourceColumn(name, "array<string>", "to_json(" + quoted + ")::text");
            case "integer[]" -> new SourceColumn(name, "array<int>", "to_json(" + quoted + ")::text");
            case "bigint[]" -> new SourceColumn(name, "array<bigint>", "to_json(" + quoted + ")::text");
            case "real[]" -> new SourceColumn(name, "array<float>", "to_json(" + quoted + ")::text");
            default -> new SourceColumn(name, "string", text);
        };
    }

    private static String micros(String timestamp) {
        return "to_char(" + timestamp + ", 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    }

    /** Every row as the texts of its columns, in no order. */
    List<String> rows(Connection database) throws SQLException {
        StringBuilder select = new StringBuilder("select concat_ws('|'");
        for (SourceColumn column : columns) {
            select.append(", coalesce(").append(column.text()).append(", '<null>')");
        }
        return strings(database, select + ") from public." + name).stream()
                .sorted()
                .toList();
    }

    private static List<String> strings(Connection database, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
