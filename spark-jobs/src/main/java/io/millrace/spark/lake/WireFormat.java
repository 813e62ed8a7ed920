package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.avro.functions;

/** Confluent's wire format in columns: a zero byte, the schema's id in four bytes, the Avro record. */
final class WireFormat {
    private WireFormat() {}

    /** The schema id that a binary column claims; null where there is no value or no header. */
    static Column schemaId(String column) {
        Column framed = expr("length(`" + column + "`) > 5 and substring(`" + column + "`, 1, 1) = X'00'");
        return when(framed, expr("cast(conv(hex(substring(`" + column + "`, 2, 4)), 16, 10) as int)"));
    }

    /**
     * The record in a binary column, at the speed of Spark's own Avro. A value that does not fit its schema gives a struct
     * of nulls.
     *
     * @param writer the schema that it was written with
     * @param reader the schema to read it as
     */
    static Column record(String column, Schema writer, Schema reader) {
        Column payload = expr("substring(`" + column + "`, 6, length(`" + column + "`) - 5)");
        return functions.from_avro(
                payload, writer.toString(), Map.of("avroSchema", reader.toString(), "mode", "PERMISSIVE"));
    }

    /** Always there after reading, by its default, and null where a value could not be read. */
    private static final String MARK = "millrace_read";

    /** The same record and one field more, which nobody writes: {@link #isReadable} looks at it. */
    static Schema marked(Schema reader) {
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : reader.getFields()) {
            Schema.Field same = new Schema.Field(field, field.schema());
            field.aliases().forEach(same::addAlias);
            fields.add(same);
        }
        fields.add(new Schema.Field(MARK, Schema.create(Schema.Type.BOOLEAN), null, true));
        return Schema.createRecord(reader.getName(), null, reader.getNamespace(), false, fields);
    }

    /**
     * True where {@link #record} could read the value.
     *
     * @param column the struct, read with a {@link #marked} schema
     */
    static Column isReadable(String column) {
        return col(column + "." + MARK).isNotNull();
    }

    /** The schema with this id, empty when there is none that is an Avro record. */
    static Optional<Schema> lookUp(IntFunction<Optional<Schema>> registry, int id) {
        if (id < 1) {
            return Optional.empty();
        }
        try {
            return registry.apply(id).filter(schema -> schema.getType() == Schema.Type.RECORD);
        } catch (AvroRuntimeException e) {
            return Optional.empty();
        }
    }
}
