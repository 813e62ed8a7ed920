package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import io.millrace.spark.ReadOnlyQuery;
import io.millrace.spark.Resolution;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.avro.SchemaConverters;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads records whose values follow a contract, each by the schema that it was written with, into the contract's
 * columns.
 */
final class ContractRows {
    /** The column that holds the value. */
    static final String VALUE = "decoded";

    private final Schema contract;
    private final DataType struct;
    private final IntFunction<Optional<Schema>> registry;

    /**
     * @param contract the schema of the rows; Spark must have a type for each of its fields
     * @param registry schemas by id; empty when there is none
     */
    ContractRows(Schema contract, IntFunction<Optional<Schema>> registry) {
        this.contract = contract;
        this.struct = type(WireFormat.marked(SemanticTypes.readable(contract)));
        this.registry = registry;
    }

    /**
     * Adds the column {@link #VALUE}, the contract's fields in a struct, and leaves out what cannot be read.
     *
     * @return empty when nothing can be read
     */
    Optional<Dataset<Row>> decode(Dataset<Row> records, Set<KafkaBatch.SchemaIds> schemas) {
        Column value = null;
        for (KafkaBatch.SchemaIds ids : schemas) {
            Optional<Schema> writer = ids.value() == null ? Optional.empty() : WireFormat.lookUp(registry, ids.value());
            if (writer.isEmpty()) {
                continue;
            }
            Column matches = col("value_id").equalTo(ids.value());
            Column record = record(writer.get());
            value = value == null ? when(matches, record) : value.when(matches, record);
        }
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(records.withColumn("value_id", WireFormat.schemaId("value"))
                .withColumn(VALUE, value)
                .where(WireFormat.isReadable(VALUE)));
    }

    /** The value in the contract's types, whatever units and names it was written with. */
    private Column record(Schema writer) {
        Schema reader = WireFormat.marked(
                SemanticTypes.readable(Resolution.of(writer, contract).reader()));
        Column record = WireFormat.record("value", writer, reader);
        // The text of a type leaves out what may be null.
        return type(reader).catalogString().equals(struct.catalogString()) ? record : record.cast(struct);
    }

    /** The contract's fields as columns, in its order. */
    Stream<Column> columns() {
        return contract.getFields().stream()
                .map(field -> col(VALUE + "." + field.name()).as(field.name()));
    }

    /** The contract's fields as a Spark schema in which everything may be null. */
    StructType schema() {
        return columns(contract);
    }

    /** As {@link #schema}, of any contract. */
    static StructType columns(Schema contract) {
        return (StructType) nullable(type(SemanticTypes.readable(contract)));
    }

    private static DataType type(Schema schema) {
        try {
            return SchemaConverters.toSqlType(schema).dataType();
        } catch (Exception e) {
            // Scala throws it unannounced; its message goes on with the whole schema.
            throw new IllegalArgumentException(
                    "there are no columns for " + schema.getName() + ": " + ReadOnlyQuery.firstLine(e), e);
        }
    }

    private static DataType nullable(DataType type) {
        if (type instanceof ArrayType array) {
            return DataTypes.createArrayType(nullable(array.elementType()), true);
        } else if (type instanceof MapType map) {
            return DataTypes.createMapType(map.keyType(), nullable(map.valueType()), true);
        } else if (!(type instanceof StructType)) {
            return type;
        }
        StructType nullable = new StructType();
        for (StructField field : ((StructType) type).fields()) {
            nullable = nullable.add(field.name(), nullable(field.dataType()), true);
        }
        return nullable;
    }
}
