package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

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

/** The schemas that one topic's changes in a batch were written with, newest first, at least one. */
final class ChangeVersions {
    private static final Logger log = LoggerFactory.getLogger(ChangeVersions.class);

    /** One pair of schemas that the batch has changes in. */
    private record Version(KafkaBatch.SchemaIds ids, ChangeSchema schema) {
        Dataset<Row> rows(Dataset<Row> records) {
            Column mine = WireFormat.schemaId("value").equalTo(ids.value());
            Column key = WireFormat.schemaId("key");
            return schema.rows(records.where(mine.and(ids.key() == null ? key.isNull() : key.equalTo(ids.key()))));
        }
    }

    private final List<Version> versions;

    private ChangeVersions(List<Version> versions) {
        this.versions = versions;
    }

    /** Empty when nothing in the batch is a change. Tombstones are none: the delete before them says it all. */
    static Optional<ChangeVersions> of(
            String topic, KafkaBatch.TopicFacts facts, IntFunction<Optional<Schema>> registry) {
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
        return versions.isEmpty() ? Optional.empty() : Optional.of(new ChangeVersions(versions));
    }

    /** Key columns, in order; empty for a table without a key. */
    List<String> keys() {
        return versions.get(0).schema().keys();
    }

    /** All changes as {@link ChangeSchema#rows}, with the columns of the newest schema, then those of older ones only. */
    Dataset<Row> rows(Dataset<Row> records) {
        List<Dataset<Row>> parts =
                versions.stream().map(version -> version.rows(records)).toList();
        if (parts.size() == 1) {
            return parts.get(0);
        }
        Map<String, DataType> columns = new LinkedHashMap<>();
        for (Dataset<Row> part : parts) {
            for (StructField field : part.schema().fields()) {
                columns.merge(field.name(), field.dataType(), WiderType::of);
            }
        }
        return parts.stream()
                .map(part -> conform(part, columns, defaults()))
                .reduce(Dataset::unionAll)
                .orElseThrow();
    }

    /** What rows have in the newest schema's columns that they were written without; null where it is not named. */
    Map<String, Column> defaults() {
        return ColumnDefaults.of(versions.get(0).schema().row());
    }

    /** The same rows with these columns: cast where the type differs, the default where there is none. */
    static Dataset<Row> conform(Dataset<Row> rows, Map<String, DataType> columns, Map<String, Column> defaults) {
        List<String> present = List.of(rows.columns());
        return rows.select(columns.entrySet().stream()
                .map(column -> (present.contains(column.getKey())
                                ? col("`" + column.getKey() + "`")
                                : defaults.getOrDefault(column.getKey(), lit(null)))
                        .cast(column.getValue())
                        .as(column.getKey()))
                .toArray(Column[]::new));
    }
}
