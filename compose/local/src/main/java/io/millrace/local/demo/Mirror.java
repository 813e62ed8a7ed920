package io.millrace.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.client.LakeClient;
import io.millrace.local.client.ReadException;
import io.millrace.local.shop.ShopDatabase;
import io.millrace.local.stack.StackException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares the shop's tables with their mirrors in the lake, row by row while they are small. */
final class Mirror {
    /** Larger tables are only counted. */
    private static final long COMPARED_ROWS = 50_000;

    private final ShopDatabase shop;
    private final LakeClient lake;

    Mirror(ShopDatabase shop, LakeClient lake) {
        this.shop = shop;
        this.lake = lake;
    }

    /** Counts both sides and the rows that only one of them has. */
    void compare(String table, Numbers into) throws ReadException {
        long mirrored = lake.query("select count(*) from shop_" + table).number(0);
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            long rows = count(statement, table);
            into.put(Numbers.source(table), rows);
            into.put(Numbers.mirror(table), mirrored);
            // Without equal counts there is nothing to compare yet.
            boolean comparable = rows == mirrored && rows <= COMPARED_ROWS;
            into.put(Numbers.different(table), comparable ? different(table, statement) : 0);
        } catch (SQLException e) {
            throw new StackException("cannot read table " + table + " of " + shop + ": " + e.getMessage(), e);
        }
    }

    private long different(String table, Statement statement) throws SQLException, ReadException {
        List<String> columns = new ArrayList<>();
        Map<List<String>, Integer> balance = new HashMap<>();
        try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                columns.add(rows.getMetaData().getColumnName(i));
            }
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns.size(); i++) {
                    Object value = rows.getObject(i);
                    row.add(canonical(value instanceof Timestamp time ? time.toInstant() : value));
                }
                balance.merge(row, 1, Integer::sum);
            }
        }
        for (List<JsonNode> mirrored : lake.query("select " + String.join(", ", columns) + " from shop_" + table)
                .rows()) {
            List<String> row = mirrored.stream()
                    .map(value -> canonical(value.isNull() ? null : value.asText()))
                    .toList();
            balance.merge(row, -1, Integer::sum);
        }
        return balance.values().stream().mapToLong(count -> Math.max(0, count)).sum();
    }

    private static long count(Statement statement, String table) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Numbers and times by their value, as both sides have their own way to write them. */
    static String canonical(Object value) {
        if (value == null) {
            return null;
        }
        String text = value.toString();
        try {
            return new BigDecimal(text).stripTrailingZeros().toPlainString();
        } catch (NumberFormatException noNumber) {
            try {
                return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant().toString();
            } catch (DateTimeException noTime) {
                try {
                    return Instant.parse(text).toString();
                } catch (DateTimeException noInstant) {
                    return text;
                }
            }
        }
    }
}
