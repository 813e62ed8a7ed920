package io.millrace.spark.lake;

import static org.apache.spark.sql.avro.functions.from_avro;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.millrace.schemas.Contract;
import io.millrace.schemas.SchemaRegistry;
import io.millrace.spark.JobContext;
import io.millrace.spark.bench.BenchInput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/** What the benchmarks measure of the lake, and what stands beside it: the same settings for Hudi and nothing else. */
public final class LakeCases {
    private static final String ITEMS = "cdc.bench.public.items";
    private static final String PAYLOAD = "substring(value, 6, length(value) - 5)";

    private LakeCases() {}

    /** The values of a topic as the lake's jobs read them. */
    public static Dataset<Row> decoded(JobContext context, String topic) {
        Contract contract = context.catalogue().require(topic);
        int id = context.registry().register(contract.valueSubject(), contract.requireValue());
        ContractRows rows = new ContractRows(contract.requireValue(), context.registry()::schema);
        return rows.decode(context.readTopic(topic), Set.of(new KafkaBatch.SchemaIds(null, id)))
                .orElseThrow()
                .select(rows.columns().toArray(Column[]::new));
    }

    /** Appends the events of a topic with their day and their place, as {@link LakeJobs#raw} does. */
    public static StreamingQuery bareAppend(JobContext context, String topic) throws Exception {
        Dataset<Row> rows = context.readTopic(topic)
                .select(
                        record(schema(context, topic)).as("event"),
                        col("topic").as("kafka_topic"),
                        col("partition").as("kafka_partition"),
                        col("offset").as("kafka_offset"),
                        col("timestamp").as("kafka_timestamp"))
                .select(
                        col("event.*"),
                        col("kafka_topic"),
                        col("kafka_partition"),
                        col("kafka_offset"),
                        col("kafka_timestamp"))
                .withColumn("event_day", date_format(col("event_time"), "yyyy-MM-dd"));
        return write(context, rows, TableLayout.append(EventTable.RAW.table(), "event_day"));
    }

    /** Keeps the newest state of each key; Hudi itself picks it out of a batch. */
    public static StreamingQuery bareUpsert(JobContext context, String topic) throws Exception {
        Dataset<Row> rows = context.readTopic(topic)
                .select(
                        record(schema(context, topic)).as("state"),
                        col("offset").as("kafka_offset"))
                .select("state.*", "kafka_offset");
        TableLayout layout = TableLayout.upsert(SessionWriter.TABLE, List.of("session_id"), "kafka_offset", 2)
                .with("hoodie.combine.before.upsert", "true");
        return write(context, rows, layout);
    }

    public static StreamingQuery bareMirror(JobContext context) throws Exception {
        Schema envelope = items(context.registry()).envelope();
        Dataset<Row> rows = context.readTopic(ITEMS)
                .where(col("value").isNotNull())
                .select(record(envelope).as("change"))
                .select(
                        expr("coalesce(change.after, change.before) as row"),
                        expr("change.source.lsn as _cdc_lsn"),
                        expr("change.op as _cdc_op"),
                        expr("change.source.ts_ms as _cdc_ts_ms"),
                        expr("change.source.lsn as _cdc_order"))
                .select("row.*", "_cdc_lsn", "_cdc_op", "_cdc_ts_ms", "_cdc_order");
        TableLayout layout = TableLayout.upsert("bench_items", List.of("id"), "_cdc_order", 1)
                .deletingWhere("_cdc_op", "d")
                .with("hoodie.combine.before.upsert", "true");
        return write(context, rows, layout);
    }

    private static StreamingQuery write(JobContext context, Dataset<Row> rows, TableLayout layout) throws Exception {
        Map<String, String> settings = layout.settings();
        String path = context.config().table(settings.get("hoodie.table.name"));
        return rows.writeStream()
                .queryName("floor_hudi")
                .option("checkpointLocation", context.checkpoint("floor_hudi"))
                .trigger(Trigger.AvailableNow())
                .foreachBatch((Dataset<Row> batch, Long id) -> batch.write()
                        .format("hudi")
                        .options(settings)
                        .mode(SaveMode.Append)
                        .save(path))
                .start();
    }

    private static Column record(Schema schema) {
        return from_avro(expr(PAYLOAD), schema.toString());
    }

    private static Schema schema(JobContext context, String topic) {
        return context.catalogue().require(topic).requireValue();
    }

    /** How many rows the only table of a lake has. */
    public static long rows(JobContext context) {
        for (String table : List.of(EventTable.RAW.table(), SessionWriter.TABLE, "bench_items")) {
            LakeTable found = new LakeTable(context.spark(), context.config().table(table));
            if (found.rows().isPresent()) {
                return found.rows().get().agg(count(lit(1))).head().getLong(0);
            }
        }
        throw new IllegalStateException(
                "there is no table in " + context.config().require("lake.path"));
    }

    /** Fills the topic of a captured table: a fifth are inserts, a twentieth deletes, the rest updates. */
    public static void fillChanges(BenchInput input, SchemaRegistry registry, long count) {
        Captured items = items(registry);
        SplittableRandom random = new SplittableRandom(11);
        long[] keys = {0};
        // Registers the schemas, also when the topic is full: the registry forgets, the broker does not.
        items.change(0, 0, "c", row(0, new SplittableRandom(11)));
        input.fill(ITEMS, count, number -> {
            long lsn = 1_000 + number;
            int what = random.nextInt(20);
            Row record;
            if (keys[0] < 1_000 || what < 4) {
                record = items.change(number, lsn, "c", row(keys[0]++, random));
            } else if (what == 4) {
                record = items.delete(number, lsn, random.nextLong(keys[0]));
            } else {
                record = items.change(number, lsn, "u", row(random.nextLong(keys[0]), random));
            }
            return new BenchInput.Keyed(record.getAs(0), record.getAs(1));
        });
    }

    private static Object[] row(long id, SplittableRandom random) {
        return new Object[] {
            id,
            "Item " + id,
            "A description of some length, as items have one, number " + random.nextInt(1_000_000),
            random.nextLong(100_000),
            "SKU-" + random.nextInt(10_000_000),
            random.nextInt(500)
        };
    }

    private static Captured items(SchemaRegistry registry) {
        Map<Schema, Integer> ids = new HashMap<>();
        return new Captured(
                schema -> ids.computeIfAbsent(schema, each -> registry.register(ITEMS + "-" + each.getName(), each)),
                ITEMS,
                1,
                "id",
                Captured.LONG,
                "name",
                Captured.TEXT,
                "description",
                Captured.TEXT,
                "cents",
                "\"long\"",
                "sku",
                Captured.TEXT,
                "stock",
                "[\"null\",\"int\"]");
    }
}
