package io.millrace.spark.bench;

import static org.apache.spark.sql.avro.functions.from_avro;
import static org.apache.spark.sql.avro.functions.to_avro;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.window;

import io.millrace.schemas.Contract;
import io.millrace.spark.JobContext;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/** What somebody would write against Spark's API for one topic whose schema never changes and that has no bad record. */
final class Floors {
    private static final String PAYLOAD = "substring(value, 6, length(value) - 5)";

    private Floors() {}

    static StreamingQuery decode(JobContext context, String topic) throws Exception {
        return toNoop(context, "floor_decode", events(context, topic));
    }

    /** Reads, decodes, encodes again and writes to another topic. */
    static StreamingQuery copy(JobContext context, String topic, String target) throws Exception {
        Dataset<Row> copied = context.readTopic(topic)
                .select(col("key"), record(context, topic).as("event"))
                .select(col("key"), encoded(context, topic, col("event")).as("value"));
        return toKafka(context, "floor_copy", copied, target, OutputMode.Append());
    }

    static StreamingQuery httpErrors(JobContext context, String topic) throws Exception {
        Dataset<Row> counted = events(context, topic)
                .withWatermark("event_time", "1 hour")
                .groupBy(col("site"), window(col("event_time"), "1 minute").as("w"))
                .agg(
                        count(lit(1)).as("requests"),
                        count(when(expr("status >= 400 and status < 500"), 1)).as("client_errors"),
                        count(when(expr("status >= 500"), 1)).as("server_errors"),
                        count(when(expr("status >= 400"), 1)).as("errors"),
                        max("event_time").as("newest_event_time"),
                        min("received_at").as("oldest_received_at"),
                        max("received_at").as("newest_received_at"))
                .withColumn("error_rate", expr("errors / requests"));
        return toKafka(
                context,
                "floor_http_errors",
                served(context, "serving.http_errors", counted, "site"),
                "bench.http_errors",
                OutputMode.Update());
    }

    /** Counts users exactly, as the job does. */
    static StreamingQuery usersPerMinute(JobContext context, String topic, String target) throws Exception {
        Dataset<Row> counted = events(context, topic)
                .withWatermark("event_time", "24 hours")
                .groupBy(col("site"), window(col("event_time"), "1 minute").as("w"), col("country"))
                .agg(
                        count(lit(1)).as("requests"),
                        size(collect_set("user_id")).cast("long").as("active_users"),
                        max("event_time").as("newest_event_time"),
                        min("received_at").as("oldest_received_at"),
                        max("received_at").as("newest_received_at"));
        return toKafka(
                context,
                "floor_users",
                served(context, "serving.requests_per_minute", counted, "site"),
                target,
                OutputMode.Update());
    }

    static StreamingQuery velocity(JobContext context, String topic) throws Exception {
        Dataset<Row> counted = events(context, topic)
                .withWatermark("event_time", "30 minutes")
                .dropDuplicatesWithinWatermark(new String[] {"event_id"})
                .groupBy(
                        col("card_id"),
                        window(col("event_time"), "5 minutes", "1 minute").as("w"))
                .agg(
                        count(lit(1)).as("authorizations"),
                        count(when(expr("not approved"), 1)).as("declined"),
                        sum("amount").as("amount"),
                        size(collect_set("merchant_id")).as("merchants"),
                        max("event_time").as("newest_event_time"),
                        min("received_at").as("oldest_received_at"),
                        max("received_at").as("newest_received_at"))
                .withColumn("flagged", expr("authorizations > 8 or merchants > 4 or amount > 500000"));
        return toKafka(
                context,
                "floor_velocity",
                served(context, "serving.card_velocity", counted, "card_id"),
                "bench.card_velocity",
                OutputMode.Update());
    }

    /** Spark's own sessions, which are given when they have ended and not before. */
    static StreamingQuery sessions(JobContext context, String topic, String target) throws Exception {
        Dataset<Row> sessions = events(context, topic)
                .withWatermark("event_time", "2 minutes")
                .groupBy(
                        col("site"),
                        col("user_id"),
                        session_window(col("event_time"), "30 minutes").as("w"))
                .agg(
                        min_by(col("event_id"), col("event_time")).as("session_id"),
                        count(lit(1)).as("events"),
                        count(when(expr("event_type = 'page_view'"), 1)).as("page_views"),
                        count(when(expr("event_type = 'search'"), 1)).as("searches"),
                        count(when(expr("event_type = 'add_to_cart'"), 1)).as("cart_additions"),
                        count(when(expr("event_type = 'purchase'"), 1)).as("purchases"),
                        min_by(col("page"), col("event_time")).as("entry_page"),
                        max_by(col("page"), col("event_time")).as("exit_page"),
                        min_by(col("country"), col("event_time")).as("country"),
                        min_by(col("device"), col("event_time")).as("device"),
                        max_by(col("customer_segment"), col("event_time")).as("customer_segment"),
                        max("event_time").as("newest_event_time"),
                        min("received_at").as("oldest_received_at"),
                        max("received_at").as("newest_received_at"))
                .withColumn("started_at", col("w.start"))
                .withColumn("last_event_at", col("newest_event_time"))
                .withColumn("duration_ms", expr("unix_millis(newest_event_time) - unix_millis(w.start)"))
                .withColumn("converted", expr("purchases > 0"))
                .withColumn("closed", lit(true));
        return toKafka(
                context,
                "floor_sessions",
                served(context, "serving.sessions", sessions, "session_id"),
                target,
                OutputMode.Append());
    }

    /** The events of a topic as rows. */
    private static Dataset<Row> events(JobContext context, String topic) {
        return context.readTopic(topic)
                .select(record(context, topic).as("event"))
                .select("event.*");
    }

    private static Column record(JobContext context, String topic) {
        return from_avro(expr(PAYLOAD), schema(context, topic).toString());
    }

    private static Dataset<Row> served(JobContext context, String topic, Dataset<Row> rows, String key) {
        Dataset<Row> whole = rows.withColumn("window_start", col("w.start"))
                .withColumn("window_end", col("w.end"))
                .withColumn("updated_at", current_timestamp());
        Column[] fields = schema(context, topic).getFields().stream()
                .map(field -> col(field.name()))
                .toArray(Column[]::new);
        return whole.select(
                concat_ws("|", col(key), col("window_start").cast("string")).as("key"),
                encoded(context, topic, struct(fields)).as("value"));
    }

    private static Column encoded(JobContext context, String topic, Column record) {
        Contract contract = context.catalogue().require(topic);
        int id = context.registry().register(contract.valueSubject(), contract.requireValue());
        byte[] header = ByteBuffer.allocate(5).put((byte) 0).putInt(id).array();
        return concat(lit(header), to_avro(record, contract.requireValue().toString()));
    }

    private static Schema schema(JobContext context, String topic) {
        return context.catalogue().require(topic).requireValue();
    }

    static StreamingQuery toNoop(JobContext context, String name, Dataset<Row> rows) throws Exception {
        return rows.writeStream()
                .queryName(name)
                .format("noop")
                .option("checkpointLocation", context.checkpoint(name))
                .trigger(Trigger.AvailableNow())
                .start();
    }

    private static StreamingQuery toKafka(
            JobContext context, String name, Dataset<Row> rows, String target, OutputMode mode) throws Exception {
        return rows.writeStream()
                .queryName(name)
                .outputMode(mode)
                .format("kafka")
                .options(Map.of(
                        "kafka.bootstrap.servers",
                        context.config().bootstrapServers(),
                        "kafka.compression.type",
                        "lz4",
                        "topic",
                        target,
                        "checkpointLocation",
                        context.checkpoint(name)))
                .trigger(Trigger.AvailableNow())
                .start();
    }
}
