package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mirror of one captured table. With a key it has the row's newest state, and no row after a delete; without a key
 * it has every change. One thread at a time.
 */
final class MirrorTable {
    private static final Logger log = LoggerFactory.getLogger(MirrorTable.class);
    private static final String SNAPSHOTS = CommitNote.PREFIX + "snapshots";
    private static final String HELD_BACK = CommitNote.PREFIX + "held_back";

    private final String topic;
    private final String name;
    private final LakeTable table;
    private final IntFunction<Optional<Schema>> registry;
    private Map<String, DataType> columns;

    MirrorTable(String topic, String name, LakeTable table, IntFunction<Optional<Schema>> registry) {
        this.topic = topic;
        this.name = name;
        this.table = table;
        this.registry = registry;
    }

    /**
     * Applies what the table does not have yet.
     *
     * @param records Kafka records of any topic, with the columns of Spark's Kafka source
     * @param facts what is known about those of this table's topic
     * @param batch says which batch it is, for the commit's note
     * @throws UnfitColumn when a column has become what the table's column cannot become
     */
    void apply(Dataset<Row> records, KafkaBatch.TopicFacts facts, String batch) {
        OffsetVector before = table.committed();
        if (before.covers(facts.newest())) {
            return;
        }
        Dataset<Row> fresh = records.where(col("topic").equalTo(topic).and(before.isBefore()));
        HeldBack held = table.remembered(HELD_BACK).map(HeldBack::parse).orElse(HeldBack.NONE);
        Set<KafkaBatch.SchemaIds> heldIn = Set.of();
        if (!held.isEmpty()) {
            Dataset<Row> first = held.records(records.sparkSession(), topic, records.schema());
            heldIn = KafkaBatch.schemaIds(first);
            fresh = first.unionAll(fresh);
        }
        Optional<ChangeVersions> versions = ChangeVersions.of(topic, facts.and(heldIn), registry);
        if (versions.isEmpty()) {
            return;
        }
        Dataset<Row> rows =
                inTablesTypes(versions.get().rows(fresh), versions.get().defaults());
        Survey survey = survey(rows);
        if (survey.readable() < survey.records()) {
            log.error(
                    "{} of {} changes of {} up to {} do not fit the schema that they name, or are none of a row; they are"
                            + " not in table {}",
                    survey.records() - survey.readable(),
                    survey.records(),
                    topic,
                    facts.newest().toJson(),
                    name);
        }
        if (survey.readable() == 0) {
            return;
        }
        ChangeOrder order = table.remembered(SNAPSHOTS).map(ChangeOrder::parse).orElse(ChangeOrder.NONE);
        List<String> keys = versions.get().keys();
        HeldBack next = keys.isEmpty() ? HeldBack.NONE : held(fresh, survey.moving());
        CommitNote note = new CommitNote(
                before.merge(facts.newest()),
                survey.newest(),
                batch,
                notes(order.after(survey.snapshots()).toJson(), next));
        Column applied = col(ChangeSchema.OP).isNotNull();
        for (HeldBack.Held each : next.records()) {
            applied = applied.and(not(col(ChangeSchema.PARTITION)
                    .equalTo(each.partition())
                    .and(col(ChangeSchema.OFFSET).equalTo(each.offset()))));
        }
        Dataset<Row> changes = Rows.inFewTasks(rows.where(applied), survey.readable());
        if (keys.isEmpty()) {
            table.commit(changes.drop(working()), TableLayout.append(name, null), note);
        } else {
            changes = changes.withColumn(ChangeSchema.ORDER, order.number(survey.snapshots()));
            addDefaults(changes.schema(), versions.get(), before, batch);
            upsert(survey.incomplete() ? complete(changes, keys, facts) : changes, keys, note);
        }
        columns = new LinkedHashMap<>();
        for (StructField field : changes.schema().fields()) {
            columns.put(field.name(), field.dataType());
        }
        columns.keySet().removeAll(ChangeSchema.WORKING);
    }

    /** Of the deletes that partitions end with, those that wait for what follows. */
    private static HeldBack held(Dataset<Row> fresh, Map<Integer, Long> moving) {
        List<HeldBack.Held> held = new ArrayList<>();
        moving.forEach((partition, offset) -> fresh.where(col("partition")
                        .equalTo(partition)
                        .and(col("offset").equalTo(offset))
                        .and(length(col("value")).leq(HeldBack.MOST_BYTES)))
                .collectAsList()
                .forEach(record -> held.add(HeldBack.of(record))));
        return new HeldBack(held);
    }

    private static Map<String, String> notes(String snapshots, HeldBack held) {
        return held.isEmpty() ? Map.of(SNAPSHOTS, snapshots) : Map.of(SNAPSHOTS, snapshots, HELD_BACK, held.toJson());
    }

    /** Rows that were there before a column was added have its default in the source, though nobody wrote it. */
    private void addDefaults(StructType changed, ChangeVersions versions, OffsetVector before, String batch) {
        Map<String, Column> added = new LinkedHashMap<>(versions.defaults());
        added.keySet().removeAll(columns.keySet());
        Optional<Dataset<Row>> there = added.isEmpty() || columns.isEmpty() ? Optional.empty() : table.rows();
        if (there.isEmpty()) {
            return;
        }
        Dataset<Row> rows = there.get();
        for (Map.Entry<String, Column> column : added.entrySet()) {
            DataType type = changed.apply(column.getKey()).dataType();
            rows = rows.withColumn(column.getKey(), column.getValue().cast(type));
        }
        log.info("{}: {} came, with defaults that every row of {} gets", topic, added.keySet(), name);
        Map<String, String> same = new LinkedHashMap<>();
        for (String name : List.of(SNAPSHOTS, HELD_BACK)) {
            table.remembered(name).ifPresent(text -> same.put(name, text));
        }
        table.commit(rows, layout(versions.keys()), new CommitNote(before, null, batch, same));
    }

    private void upsert(Dataset<Row> changes, List<String> keys, CommitNote note) {
        table.commit(newestPerKey(changes, keys), layout(keys), note);
    }

    private TableLayout layout(List<String> keys) {
        return TableLayout.upsert(name, keys, ChangeSchema.ORDER, 1)
                .deletingWhere(ChangeSchema.OP, ChangeSchema.DELETE);
    }

    private Dataset<Row> complete(Dataset<Row> changes, List<String> keys, KafkaBatch.TopicFacts facts) {
        LongAccumulator unknown = changes.sparkSession().sparkContext().longAccumulator();
        Column missing = UnchangedValues.missing(changes.schema()).orElseThrow();
        Dataset<Row> rows = table.rows().orElseGet(() -> changes.limit(0));
        // Held in memory, so that unknown values are known before they are written.
        Dataset<Row> filled =
                OldValues.filled(changes, missing, rows, keys, unknown).localCheckpoint();
        if (unknown.value() > 0) {
            log.error(
                    "{} large values of {} up to {} were not logged, as nothing changed them, and table {} does not have"
                            + " them either: they are null. An incremental snapshot of the table brings them",
                    unknown.value(),
                    topic,
                    facts.newest().toJson(),
                    name);
        }
        return filled;
    }

    /** With the table's columns first, each in a type that holds what was and what comes. */
    private Dataset<Row> inTablesTypes(Dataset<Row> rows, Map<String, Column> defaults) {
        if (columns == null) {
            columns = new LinkedHashMap<>();
            table.rows().ifPresent(found -> {
                for (StructField field : found.schema().fields()) {
                    columns.put(field.name(), field.dataType());
                }
            });
        }
        Map<String, DataType> wanted = new LinkedHashMap<>(columns);
        wanted.remove(ChangeSchema.ORDER);
        boolean same = true;
        for (StructField field : rows.schema().fields()) {
            DataType was = wanted.get(field.name());
            DataType wider = was == null ? field.dataType() : WiderType.of(was, field.dataType());
            if (was != null && !wider.equals(field.dataType()) && !WiderType.isWidening(field.dataType(), wider)) {
                throw new UnfitColumn(name, field.name(), was, field.dataType());
            }
            wanted.put(field.name(), wider);
            same &= wider.equals(field.dataType());
        }
        return same && wanted.size() == rows.columns().length ? rows : ChangeVersions.conform(rows, wanted, defaults);
    }

    /**
     * What one pass over the changes tells.
     *
     * @param incomplete whether some leave values out
     * @param newest null when nothing says so
     * @param moving partition -> offset of its last change, where by that a row leaves for another key
     */
    private record Survey(
            long records,
            long readable,
            boolean incomplete,
            Instant newest,
            List<ChangeOrder.Found> snapshots,
            Map<Integer, Long> moving) {}

    private static Survey survey(Dataset<Row> rows) {
        Column missing = UnchangedValues.missing(rows.schema()).orElse(lit(false));
        List<Row> groups = rows.groupBy(
                        col(ChangeSchema.PARTITION),
                        when(col(ChangeSchema.SNAPSHOT), col(ChangeSchema.LSN)).as("snapshot"))
                .agg(
                        count(lit(1)),
                        count(ChangeSchema.OP),
                        max(missing),
                        max(ChangeSchema.TS_MS),
                        min(ChangeSchema.OFFSET),
                        max(when(col(ChangeSchema.OP).isNotNull(), col(ChangeSchema.OFFSET))),
                        max_by(
                                col(ChangeSchema.MOVES),
                                when(col(ChangeSchema.OP).isNotNull(), col(ChangeSchema.OFFSET))))
                .collectAsList();
        long records = 0;
        long readable = 0;
        boolean incomplete = false;
        Instant newest = null;
        List<ChangeOrder.Found> snapshots = new ArrayList<>();
        Map<Integer, Long> last = new TreeMap<>();
        Map<Integer, Long> moving = new TreeMap<>();
        for (Row group : groups) {
            records += group.getLong(2);
            readable += group.getLong(3);
            incomplete |= group.getBoolean(4);
            Instant time = group.isNullAt(5) ? Instant.MIN : Instant.ofEpochMilli(group.getLong(5));
            newest = time.equals(Instant.MIN) || (newest != null && newest.isAfter(time)) ? newest : time;
            if (!group.isNullAt(7) && last.merge(group.getInt(0), group.getLong(7), Math::max) == group.getLong(7)) {
                moving.remove(group.getInt(0));
                if (group.getBoolean(8)) {
                    moving.put(group.getInt(0), group.getLong(7));
                }
            }
            if (!group.isNullAt(1)) {
                snapshots.add(new ChangeOrder.Found(group.getInt(0), group.getLong(1), group.getLong(6)));
            }
        }
        return new Survey(records, readable, incomplete, newest, snapshots, moving);
    }

    private static Dataset<Row> newestPerKey(Dataset<Row> changes, List<String> keys) {
        Column[] all = List.of(changes.columns()).stream()
                .map(column -> col("`" + column + "`"))
                .toArray(Column[]::new);
        Column[] key = keys.stream().map(column -> col("`" + column + "`")).toArray(Column[]::new);
        Column order = struct(col(ChangeSchema.ORDER), col(ChangeSchema.OFFSET));
        return changes.groupBy(key)
                .agg(max_by(struct(all), order).as("newest"))
                .select("newest.*")
                .drop(working());
    }

    private static String[] working() {
        return ChangeSchema.WORKING.toArray(String[]::new);
    }
}
