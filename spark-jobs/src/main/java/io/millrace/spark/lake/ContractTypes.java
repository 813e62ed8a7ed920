package io.millrace.spark.lake;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.avro.AvroDeserializer;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.types.StructType;
import scala.Function1;

/** Turns records that follow a contract into Spark's rows. Not safe for use by several threads: one per task. */
public final class ContractTypes {
    private final AvroDeserializer reader;
    private final Function1<Object, Object> external;

    /** @param columns as {@link #columns} gives them for the same contract */
    public ContractTypes(Schema contract, StructType columns) {
        reader = new AvroDeserializer(SemanticTypes.readable(contract), columns, "CORRECTED", false);
        external = CatalystTypeConverters.createToScalaConverter(columns);
    }

    /**
     * The contract's fields as columns in which everything may be null.
     *
     * @throws IllegalArgumentException when Spark has no type for one of them
     */
    public static StructType columns(Schema contract) {
        return ContractRows.columns(contract);
    }

    /** Puts the fields of a record into the first places of a row. */
    public void fill(GenericRecord record, Object[] row) {
        Row converted = (Row) external.apply(reader.deserialize(record).get());
        for (int i = 0; i < converted.size(); i++) {
            row[i] = converted.get(i);
        }
    }
}
