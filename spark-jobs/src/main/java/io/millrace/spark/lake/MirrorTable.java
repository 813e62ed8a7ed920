package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.struct;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mirror of one captured table. With a key it has the row's newest state, and no row after a delete; without a key
 * it has every change. One thread at a time.
 */
final class MirrorTable {
    private static final Logger log = LoggerFactory.getLogger(MirrorTable.class);

    private final String topic;
    private final String name;
    private final LakeTable table;
    private final IntFunction<Optional<Schema>> registry;

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
     */
    void apply(Dataset<Row> records, KafkaBatch.TopicFacts facts, String batch) {
        OffsetVector before = table.committed();
        if (before.covers(facts.newest())) {
            return;
        }
        Dataset<Row> fresh = records.where(col("topic").equalTo(topic).and(before.isBefore()));
        List<Version> versions = versions(facts);
        if (versions.isEmpty()) {
            return;
        }
        Dataset<Row> rows = versions.size() == 1 ? versions.get(0).rows(fresh) : inNewestSchema(versions, fresh);
        Row found = rows.agg(count(lit(1)), count(col(ChangeSchema.OP)), max(ChangeSchema.TS_MS))
                .head();
        long readable = found.getLong(1);
        if (readable < found.getLong(0)) {
            log.error(
                    "{} of {} changes of {} up to {} do not fit the schema that they name; they are not in table {}",
                    found.getLong(0) - readable,
                    found.getLong(0),
                    topic,
                    facts.newest().toJson(),
                    name);
        }
        if (readable == 0) {
            return;
        }
        Instant newest = found.isNullAt(2) ? null : Instant.ofEpochMilli(found.getLong(2));
        CommitNote note = new CommitNote(before.merge(facts.newest()), newest, batch);
        Dataset<Row> changes = Rows.inFewTasks(rows.where(col(ChangeSchema.OP).isNotNull()), readable);
        List<String> keys = versions.get(0).schema().keys();
        if (keys.isEmpty()) {
            table.commit(changes.drop(ChangeSchema.OFFSET), TableLayout.append(name, null), note);
        } else {
            table.commit(newestPerKey(changes, keys), layout(keys), note);
        }
    }

    private TableLayout layout(List<String> keys) {
        return TableLayout.upsert(name, keys, ChangeSchema.LSN, 1).deletingWhere(ChangeSchema.OP, ChangeSchema.DELETE);
    }

    /** One pair of schemas that the batch has changes in. */
    private record Version(KafkaBatch.SchemaIds ids, ChangeSchema schema) {
        Dataset<Row> rows(Dataset<Row> records) {
            Column mine = WireFormat.schemaId("value").equalTo(ids.value());
            Column key = WireFormat.schemaId("key");
            return schema.rows(records.where(mine.and(ids.key() == null ? key.isNull() : key.equalTo(ids.key()))));
        }
    }

    /** The schemas in the batch, newest first. Tombstones have none: the delete before them says it all. */
    private List<Version> versions(KafkaBatch.TopicFacts facts) {
        List<Version> versions = new ArrayList<>();
        for (KafkaBatch.SchemaIds ids : facts.schemas()) {
            if (ids.value() == null) {
                continue;
            }
            Optional<Schema> key = ids.key() == null ? Optional.empty() : WireFormat.lookUp(registry, ids.key());
            Optional<ChangeSchema> schema =
                    WireFormat.lookUp(registry, ids.value()).flatMap(envelope -> ChangeSchema.of(key, envelope));
            if (schema.isPresent()) {
                versions.add(new Version(ids, schema.get()));
            } else {
                log.error("{} has values of schema {}, which is no change event; left out", topic, ids.value());
            }
        }
        versions.sort(
                Comparator.comparing((Version version) -> version.ids().value()).reversed());
        return versions;
    }

    /** All rows with the columns of the newest schema, then those that only older ones have. */
    private static Dataset<Row> inNewestSchema(List<Version> versions, Dataset<Row> fresh) {
        List<Dataset<Row>> parts =
                versions.stream().map(version -> version.rows(fresh)).toList();
        Map<String, DataType> columns = new LinkedHashMap<>();
        for (Dataset<Row> part : parts) {
            for (StructField field : part.schema().fields()) {
                columns.putIfAbsent(field.name(), field.dataType());
            }
        }
        return parts.stream()
                .map(part -> conform(part, columns))
                .reduce(Dataset::unionAll)
                .orElseThrow();
    }

    private static Dataset<Row> conform(Dataset<Row> part, Map<String, DataType> columns) {
        List<String> present = List.of(part.columns());
        return part.select(columns.entrySet().stream()
                .map(column -> (present.contains(column.getKey()) ? col("`" + column.getKey() + "`") : lit(null))
                        .cast(column.getValue())
                        .as(column.getKey()))
                .toArray(Column[]::new));
    }

    private static Dataset<Row> newestPerKey(Dataset<Row> changes, List<String> keys) {
        Column[] all = List.of(changes.columns()).stream()
                .map(column -> col("`" + column + "`"))
                .toArray(Column[]::new);
        Column[] key = keys.stream().map(column -> col("`" + column + "`")).toArray(Column[]::new);
        Column order = struct(col(ChangeSchema.LSN), col(ChangeSchema.OFFSET));
        return changes.groupBy(key)
                .agg(max_by(struct(all), order).as("newest"))
                .select("newest.*")
                .drop(ChangeSchema.OFFSET);
    }
}
