package io.millrace.local.watch;

import io.millrace.local.shop.ShopDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Replication slots and the log that they keep. */
final class PostgresCollector implements Collector {
    private static final String SLOTS =
            """
            select slot_name, coalesce(database, '') as database, active, coalesce(wal_status, 'unknown') as wal_status,
              coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0) as retained,
              coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0) as behind,
              safe_wal_size,
              (select setting::bigint * 1024 * 1024 from pg_settings where name = 'max_slot_wal_keep_size') as most,
              case when active then 0 else coalesce(extract(epoch from now() -
                (to_jsonb(s) ->> 'inactive_since')::timestamptz), 0) end as inactive
            from pg_replication_slots s where slot_type = 'logical'
            """;

    private final ShopDatabase shop;

    PostgresCollector(ShopDatabase shop) {
        this.shop = shop;
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public void collect(PrometheusText text) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(5);
            try (ResultSet wal = statement.executeQuery("select coalesce(sum(size), 0) from pg_ls_waldir()")) {
                wal.next();
                text.gauge("millrace_postgres_wal_bytes", "Size of the write-ahead log on disk.", wal.getDouble(1));
            }
            try (ResultSet slots = statement.executeQuery(SLOTS)) {
                while (slots.next()) {
                    slot(text, slots);
                }
            }
        }
    }

    private static void slot(PrometheusText text, ResultSet slot) throws SQLException {
        String[] of = {"slot", slot.getString("slot_name"), "database", slot.getString("database")};
        text.gauge("millrace_slot_active", "1 while somebody reads the slot.", slot.getBoolean("active") ? 1 : 0, of);
        text.gauge("millrace_slot_retained_bytes", "Log that the slot keeps.", slot.getDouble("retained"), of);
        text.gauge(
                "millrace_slot_unconfirmed_bytes",
                "Log that its reader has not confirmed.",
                slot.getDouble("behind"),
                of);
        text.gauge(
                "millrace_slot_inactive_seconds", "How long nobody has read the slot.", slot.getDouble("inactive"), of);
        if (slot.getLong("most") > 0) {
            text.gauge(
                    "millrace_slot_limit_bytes",
                    "max_slot_wal_keep_size: a slot that needs more is lost.",
                    slot.getDouble("most"),
                    of);
        }
        slot.getLong("safe_wal_size");
        if (!slot.wasNull()) {
            text.gauge(
                    "millrace_slot_safe_bytes",
                    "Log that may still be written before the slot is lost.",
                    slot.getDouble("safe_wal_size"),
                    of);
        }
        for (String status : new String[] {"reserved", "extended", "unreserved", "lost"}) {
            text.gauge(
                    "millrace_slot_wal_status",
                    "1 for the slot's wal_status.",
                    status.equals(slot.getString("wal_status")) ? 1 : 0,
                    "slot",
                    slot.getString("slot_name"),
                    "database",
                    slot.getString("database"),
                    "status",
                    status);
        }
    }
}
