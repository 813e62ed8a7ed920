package io.millrace.connect.configs.cdc.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.ConnectorStatus;
import io.millrace.connect.configs.TextTable;
import io.millrace.connect.configs.cdc.onboard.Capture;
import io.millrace.connect.configs.cdc.onboard.KafkaTopics;
import io.millrace.connect.configs.cdc.onboard.Notifications;
import io.millrace.connect.configs.cdc.source.Database;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How one capture is.
 *
 * @param name of the capture
 * @param stage as the journal keeps it: verified, streaming or the last step
 * @param connector state of the connector and its task
 * @param slot PostgreSQL's {@code wal_status}; empty without a slot
 * @param retained bytes of log that the slot holds; what it is behind by
 * @param limit of those bytes; -1 without
 * @param heartbeatAge milliseconds since the newest heartbeat arrived in Kafka
 * @param behind milliseconds that the newest change was under way; empty before the first
 * @param snapshot rows that were read per table
 * @param rows in source and topic per table; empty unless asked for
 * @param error why the connector failed
 * @param policy of schema changes
 */
public record CaptureStatus(
        String name,
        String stage,
        String connector,
        Optional<String> slot,
        long retained,
        long limit,
        Optional<Long> heartbeatAge,
        Optional<Long> behind,
        Map<String, Long> snapshot,
        Map<String, List<Long>> rows,
        Optional<String> error,
        String policy) {
    private static final double WARN_SHARE = 0.5;

    /** Reads it all. @param counting whether the rows of every table are counted */
    public static CaptureStatus read(Capture capture, Clock clock, boolean counting) {
        Database database = capture.database();
        Optional<ConnectorStatus> status =
                capture.connect().status(capture.names().connector());
        Optional<Database.Row> slot = database.first(
                "SELECT coalesce(wal_status, 'unknown') AS wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(),"
                        + " coalesce(restart_lsn, pg_current_wal_lsn()))::bigint AS retained"
                        + " FROM pg_replication_slots WHERE slot_name = ?",
                capture.names().inDatabase());
        KafkaTopics kafka = capture.kafka();
        Optional<Long> heartbeat = kafka.newest(capture.names().heartbeatTopic());
        Map<String, List<Long>> rows = new LinkedHashMap<>();
        if (counting) {
            for (String table : capture.spec().tables()) {
                String sql = "SELECT count(*) FROM "
                        + io.millrace.connect.configs.cdc.source.Sql.name(table.substring(0, table.indexOf('.'))) + "."
                        + io.millrace.connect.configs.cdc.source.Sql.name(table.substring(table.indexOf('.') + 1));
                rows.put(
                        table,
                        List.of(database.number(sql), kafka.rows(capture.names().topic(table))));
            }
        }
        long megabytes = database.settingNumber("max_slot_wal_keep_size");
        return new CaptureStatus(
                capture.spec().name(),
                capture.journal().state("live").orElse("being brought in"),
                status.map(one -> one.state() + " "
                                + one.tasks().stream()
                                        .map(ConnectorStatus.Task::state)
                                        .toList())
                        .orElse("missing"),
                slot.map(row -> row.text("wal_status")),
                slot.map(row -> row.number("retained")).orElse(0L),
                megabytes < 0 ? -1 : megabytes * 1024 * 1024,
                heartbeat.map(time -> Math.max(0, clock.millis() - time)),
                lag(database, capture),
                new Notifications(
                                kafka,
                                capture.clusters().registry(),
                                capture.names().notificationTopic())
                        .snapshot("Initial Snapshot", 0)
                        .rows(),
                rows,
                status.flatMap(ConnectorStatus::failure),
                capture.spec().schemaChanges());
    }

    private static Optional<Long> lag(Database database, Capture capture) {
        return database.first(
                        "SELECT round(extract(epoch FROM clock_timestamp() - reply_time) * 1000)::bigint AS age"
                                + " FROM pg_stat_replication r JOIN pg_replication_slots s ON s.active_pid = r.pid"
                                + " WHERE s.slot_name = ? AND reply_time IS NOT NULL",
                        capture.names().inDatabase())
                .map(row -> Math.max(0, row.number("age")));
    }

    /** Share of the limit that the slot holds; empty without a limit. */
    public Optional<Double> share() {
        return limit <= 0 ? Optional.empty() : Optional.of((double) retained / limit);
    }

    /** {@code ok}, {@code warning} or {@code error}. */
    public String level() {
        if (error.isPresent() || slot.isEmpty() || slot.get().equals("lost") || connector.startsWith("missing")) {
            return "error";
        }
        boolean nearLimit = share().filter(part -> part > WARN_SHARE).isPresent();
        return nearLimit || slot.get().equals("unreserved") || !connector.startsWith("RUNNING") ? "warning" : "ok";
    }

    /** What to do about it, one line each; empty when all is well. */
    public List<String> advice() {
        List<String> advice = new ArrayList<>();
        if (slot.filter("lost"::equals).isPresent()) {
            advice.add("the slot is lost, as it was further behind than max_slot_wal_keep_size; the way back:"
                    + " ./millrace cdc resnapshot " + name + " --from-the-start");
        } else if (slot.isEmpty()) {
            advice.add("there is no slot; the way back: ./millrace cdc resnapshot " + name + " --from-the-start");
        }
        share().filter(part -> part > WARN_SHARE)
                .ifPresent(part -> advice.add(
                        "the slot holds %.0f %% of what it may; let the connector run, or raise".formatted(100 * part)
                                + " max_slot_wal_keep_size before it is lost"));
        error.ifPresent(reason -> {
            Blame blame = Blame.of(reason);
            advice.add(blame.who() + ": " + reason + " -> " + blame.next().replace("NAME", name));
        });
        return advice;
    }

    /** For a terminal. */
    public List<String> lines(int width) {
        List<String> lines = new ArrayList<>();
        TextTable table = new TextTable(
                List.of("CAPTURE", "LEVEL", "STAGE", "CONNECTOR", "SLOT", "RETAINED", "OF LIMIT", "HEARTBEAT", "REPLY"),
                Set.of(5, 6, 7, 8));
        table.row(List.of(
                name,
                level(),
                stage,
                connector,
                slot.orElse("none"),
                retained / 1024 + " kB",
                share().map(part -> "%.1f %%".formatted(100 * part)).orElse("no limit"),
                heartbeatAge.map(CaptureStatus::seconds).orElse("none"),
                behind.map(CaptureStatus::seconds).orElse("none")));
        lines.addAll(table.lines(width));
        if (!rows.isEmpty()) {
            TextTable counts = new TextTable(List.of("TABLE", "SOURCE", "TOPIC", ""), Set.of(1, 2));
            rows.forEach((one, count) -> counts.row(List.of(
                    one,
                    count.get(0).toString(),
                    count.get(1).toString(),
                    count.get(0).equals(count.get(1)) ? "" : "differs")));
            lines.add("");
            lines.addAll(counts.lines(width));
        }
        lines.add("");
        lines.add("SCHEMA CHANGES: " + policy + "; " + SchemaChanges.words(policy));
        advice().forEach(lines::add);
        return lines;
    }

    private static String seconds(long millis) {
        return "%.1f s".formatted(millis / 1000.0);
    }

    /** For programs. */
    public ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("level", level())
                .put("stage", stage)
                .put("connector", connector)
                .put("slot", slot.orElse(null))
                .put("retained_bytes", retained)
                .put("limit_bytes", limit)
                .put("limit_share", share().orElse(null))
                .put("heartbeat_age_ms", heartbeatAge.orElse(null))
                .put("reply_age_ms", behind.orElse(null))
                .put("error", error.orElse(null))
                .put("error_whose", error.map(Blame::of).map(Blame::who).orElse(null))
                .put("schema_changes", policy);
        ObjectNode read = root.putObject("snapshot_rows");
        snapshot.forEach(read::put);
        ObjectNode counts = root.putObject("rows");
        rows.forEach((table, count) ->
                counts.putObject(table).put("source", count.get(0)).put("topic", count.get(1)));
        advice().forEach(root.putArray("advice")::add);
        return root;
    }
}
