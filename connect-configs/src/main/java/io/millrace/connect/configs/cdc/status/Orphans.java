package io.millrace.connect.configs.cdc.status;

import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.source.Database;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Slots that carry our mark and that no connector owns. */
public final class Orphans {
    private Orphans() {}

    /**
     * One of them.
     *
     * @param slot its name
     * @param database that it decodes
     * @param active whether somebody reads it all the same
     * @param retained log that it holds, in words
     */
    public record Orphan(String slot, String database, boolean active, String retained) {}

    public static List<Orphan> find(Database database, Collection<LiveConnector> connectors) {
        Set<String> owned = connectors.stream()
                .map(one -> one.config().getOrDefault("slot.name", ""))
                .collect(Collectors.toSet());
        return database
                .rows(
                        "SELECT slot_name, database, active, coalesce(pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(),"
                                + " restart_lsn)), 'nothing') AS retained FROM pg_replication_slots"
                                + " WHERE starts_with(slot_name::text, ?) ORDER BY 1",
                        CaptureNames.MARK)
                .stream()
                .filter(row -> !owned.contains(row.text("slot_name")))
                .map(row -> new Orphan(
                        row.text("slot_name"), row.text("database"), row.flag("active"), row.text("retained")))
                .toList();
    }

    /** Drops one that nobody reads. */
    public static void drop(Database database, Orphan orphan) {
        database.rows("SELECT pg_drop_replication_slot(?)", orphan.slot());
    }
}
