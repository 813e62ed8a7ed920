package io.millrace.connect.configs.cdc.preflight;

import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The server: its version, its log, its limits, and who holds the log back. */
final class ServerChecks {
    private static final int OLDEST = 120000;
    private static final int STANDBY_DECODING = 160000;
    private static final long SENDER_TIMEOUT_MS = 10_000;
    private static final long DECODING_KB = 16 * 1024;
    private static final long SKEW_MS = 2_000;
    // Releases in which decoding could ask for more than 1 GB at once and fail for good; the next minor mends it.
    private static final Set<Integer> FAULTY = Set.of(130021, 140018, 150013, 160009, 170005);

    private ServerChecks() {}

    static List<Check> all() {
        return List.of(
                Check.blocking("version", "Logical decoding needs PostgreSQL 12 or newer.", ServerChecks::version),
                Check.warning(
                        "faulty-release",
                        "This minor release can fail for good while it decodes a transaction with many catalogue changes.",
                        ServerChecks::faulty),
                Check.blocking(
                        "read-only",
                        "Sessions of this database cannot write, so neither publication nor signal table can be made.",
                        ServerChecks::readOnly),
                Check.blocking("standby", "A standby decodes only from PostgreSQL 16 on.", ServerChecks::standby),
                Check.blocking(
                        "wal-level",
                        "Below logical, the log does not hold what rows were changed to.",
                        (probe, findings) -> {
                            String level = probe.database().setting("wal_level").orElse("");
                            if (!level.equals("logical")) {
                                findings.setting("wal_level", "is " + level, "logical", true);
                            }
                        }),
                Check.blocking(
                        "replication-slots", "Without a free slot the connector cannot start.", ServerChecks::slots),
                Check.blocking(
                        "wal-senders",
                        "Without a free sender the connector cannot read the log.",
                        ServerChecks::senders),
                Check.warning(
                        "wal-guard",
                        "Without a limit, a connector that stands still lets the log fill the server's disk.",
                        (probe, findings) -> {
                            if (guardMegabytes(probe) == -1) {
                                findings.setting("max_slot_wal_keep_size", "is -1, without limit", "64GB", false);
                            }
                        }),
                Check.blocking(
                        "wal-guard-small",
                        "A slot behind this limit is lost, and with it the place in the log: everything is read anew.",
                        ServerChecks::guardTooSmall),
                Check.warning(
                        "wal-sender-timeout",
                        "The server drops a connector that is silent for this long, as it is in a large transaction.",
                        (probe, findings) -> {
                            long millis = probe.database().settingNumber("wal_sender_timeout");
                            if (millis > 0 && millis < SENDER_TIMEOUT_MS) {
                                findings.setting("wal_sender_timeout", "is " + millis + " ms", "60s", false);
                            }
                        }),
                Check.warning(
                        "decoding-memory",
                        "Transactions larger than this are written to disk while they are decoded.",
                        (probe, findings) -> {
                            long kilobytes = probe.database().settingNumber("logical_decoding_work_mem");
                            if (kilobytes > 0 && kilobytes < DECODING_KB) {
                                findings.setting("logical_decoding_work_mem", "is " + kilobytes + " kB", "64MB", false);
                            }
                        }),
                Check.warning(
                        "long-transaction",
                        "Making a slot waits for every transaction that was open before.",
                        ServerChecks::longTransactions),
                Check.blocking(
                        "prepared-transaction",
                        "Making a slot waits for prepared transactions too, and nobody ends a forgotten one.",
                        (probe, findings) -> probe.database()
                                .rows("SELECT gid, round(extract(epoch FROM now() - prepared))::bigint AS age,"
                                        + " database FROM pg_prepared_xacts")
                                .forEach(row -> findings.add(
                                        row.text("gid"),
                                        "prepared " + row.number("age") + " s ago in " + row.text("database")
                                                + "; ending it is for its owner to decide",
                                        "ROLLBACK PREPARED " + Sql.literal(row.text("gid"))))),
                Check.warning(
                        "inactive-slot",
                        "Nobody reads this slot, so the server keeps its log for ever.",
                        ServerChecks::inactiveSlots),
                Check.warning("clock-skew", "Freshness is measured with both clocks.", ServerChecks::clockSkew));
    }

    private static void version(Probe probe, Findings findings) {
        String words = probe.database().text("SELECT version()");
        if (probe.version() < OLDEST || !words.startsWith("PostgreSQL")) {
            findings.tell("server", words, "upgrade to a supported release of PostgreSQL");
        }
    }

    private static void faulty(Probe probe, Findings findings) {
        if (FAULTY.contains(probe.version())) {
            findings.tell(
                    "server", "is " + probe.database().text("SHOW server_version"), "install the newest minor release");
        }
    }

    private static void readOnly(Probe probe, Findings findings) {
        if (!probe.database().text("SHOW default_transaction_read_only").equals("on")) {
            return;
        }
        findings.add(
                "default_transaction_read_only",
                "is on",
                "ALTER DATABASE " + Sql.name(probe.database().address().database())
                        + " SET default_transaction_read_only = off",
                "ALTER ROLE " + Sql.name(probe.database().address().user()) + " RESET default_transaction_read_only");
    }

    private static void standby(Probe probe, Findings findings) {
        if (!probe.database()
                .first("SELECT pg_is_in_recovery() AS standby")
                .orElseThrow()
                .flag("standby")) {
            return;
        }
        findings.tell(
                "server",
                probe.version() < STANDBY_DECODING
                        ? "is a standby of a release before 16"
                        : "is a standby; publication, signal table and role cannot be made here",
                "give the primary's address");
    }

    private static void slots(Probe probe, Findings findings) {
        long most = probe.database().settingNumber("max_replication_slots");
        long used = probe.database().number("SELECT count(*) FROM pg_replication_slots");
        if (most - used < 1 && !probe.isResumed()) {
            findings.setting("max_replication_slots", used + " of " + most + " are used", "" + (used + 4), true);
        }
    }

    private static void senders(Probe probe, Findings findings) {
        long most = probe.database().settingNumber("max_wal_senders");
        long used = probe.database().number("SELECT count(*) FROM pg_stat_replication");
        if (most - used < 2 && !probe.isResumed()) {
            findings.setting(
                    "max_wal_senders", used + " of " + most + " are used, two are wanted", "" + (used + 6), true);
        }
    }

    /** -1 without limit, and where the release knows no limit. */
    static long guardMegabytes(Probe probe) {
        return probe.database()
                .first("SELECT setting::bigint AS value FROM pg_settings WHERE name = 'max_slot_wal_keep_size'")
                .map(row -> row.number("value"))
                .orElse(-1L);
    }

    private static void guardTooSmall(Probe probe, Findings findings) {
        long guard = guardMegabytes(probe);
        long needed = probe.selection().chosen().stream()
                        .mapToLong(table -> table.bytes())
                        .sum()
                / 1024
                / 1024;
        // What changes while the snapshot runs is unknown; as much again as is captured is a cautious guess.
        long wanted = Math.max(1024, 2 * needed);
        if (guard >= 0 && guard < wanted) {
            findings.setting(
                    "max_slot_wal_keep_size",
                    "is " + guard + " MB; " + needed + " MB are to be captured at first",
                    wanted + "MB",
                    false);
        }
    }

    private static void longTransactions(Probe probe, Findings findings) {
        Duration limit = probe.request().longTransaction();
        probe.database()
                .rows(
                        "SELECT pid, usename, round(extract(epoch FROM clock_timestamp() - xact_start))::bigint AS age"
                                + " FROM pg_stat_activity WHERE xact_start < clock_timestamp() - ? * interval '1 ms'"
                                + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
                        limit.toMillis())
                .forEach(row -> findings.add(
                        "session " + row.number("pid"),
                        "of " + row.text("usename") + " has a transaction open for " + row.number("age") + " s",
                        "SELECT pg_terminate_backend(" + row.number("pid") + ")"));
    }

    private static void inactiveSlots(Probe probe, Findings findings) {
        for (Database.Row row : probe.database()
                .rows("SELECT slot_name, pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS kept"
                        + " FROM pg_replication_slots WHERE NOT active AND restart_lsn IS NOT NULL AND NOT temporary"
                        + " AND NOT pg_is_in_recovery()")) {
            if (row.text("slot_name").equals(probe.names().inDatabase())) {
                continue;
            }
            findings.add(
                    row.text("slot_name"),
                    "holds " + row.text("kept") + " of log; drop it only when nobody comes back for it",
                    "SELECT pg_drop_replication_slot(" + Sql.literal(row.text("slot_name")) + ")");
        }
    }

    private static void clockSkew(Probe probe, Findings findings) {
        Instant before = probe.clock().instant();
        long there = probe.database().number("SELECT round(extract(epoch FROM clock_timestamp()) * 1000)::bigint");
        Instant after = probe.clock().instant();
        long skew = there < before.toEpochMilli()
                ? before.toEpochMilli() - there
                : Math.max(0, there - after.toEpochMilli());
        if (skew > SKEW_MS) {
            findings.tell("clock", "differs from this machine's by " + skew + " ms", "let both follow a time server");
        }
    }
}
