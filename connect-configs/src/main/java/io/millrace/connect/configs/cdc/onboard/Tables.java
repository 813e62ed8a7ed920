package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.cdc.source.Sql;

/** Names of the form {@code schema.table}, as SQL wants them. */
final class Tables {
    private Tables() {}

    static String sql(String table) {
        return schema(table) + "." + Sql.name(table.substring(table.indexOf('.') + 1));
    }

    static String schema(String table) {
        return Sql.name(table.substring(0, table.indexOf('.')));
    }
}
