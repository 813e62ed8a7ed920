package io.millrace.schemas.tool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;

/** Writes a record without classes, reads it with its class, writes that. Runs beside any version of Avro. */
public final class RoundTrip {
    private int depth;

    private RoundTrip() {}

    /** Fails unless the record comes back as an instance of its own class, and the same bytes from there. */
    public static void of(String json) throws Exception {
        Schema schema = new Schema.Parser().parse(json);
        byte[] written = bytes(new GenericDatumWriter<>(schema), new RoundTrip().value(schema));

        Class<?> type = SpecificData.get().getClass(schema);
        if (type == null) {
            throw new AssertionError("no class for " + schema.getFullName());
        }
        SpecificRecordBase empty =
                (SpecificRecordBase) type.getDeclaredConstructor().newInstance();
        SpecificDatumReader<SpecificRecordBase> reader =
                new SpecificDatumReader<>(schema, empty.getSchema(), empty.getSpecificData());
        SpecificRecordBase read = reader.read(null, DecoderFactory.get().binaryDecoder(written, null));
        if (!type.isInstance(read)) {
            throw new AssertionError("read a " + read.getClass() + " instead of a " + type);
        }
        byte[] again = bytes(read.getSpecificData().createDatumWriter(empty.getSchema()), read);
        if (!Arrays.equals(written, again)) {
            throw new AssertionError("other bytes came back for " + read);
        }
        Object builder = type.getMethod("newBuilder", type).invoke(null, read);
        if (!builder.getClass().getMethod("build").invoke(builder).equals(read)) {
            throw new AssertionError("a builder changed " + read);
        }
    }

    @SuppressWarnings("unchecked")
    private static byte[] bytes(DatumWriter<?> writer, Object record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        ((DatumWriter<Object>) writer).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private Object value(Schema type) {
        boolean uuid = "uuid".equals(type.getProp("logicalType"));
        return switch (type.getType()) {
            case NULL -> null;
            case BOOLEAN -> true;
            case INT -> 12_345;
            case LONG -> 1_764_547_200_123L;
            case FLOAT -> 0.5f;
            case DOUBLE -> 0.25;
            case STRING -> uuid ? "7f1c9a52-0c3e-4a58-9d0e-1f2b3c4d5e6f" : "grüße";
            case BYTES -> ByteBuffer.wrap(new byte[] {1, 2});
            case FIXED -> new GenericData.Fixed(type, new byte[type.getFixedSize()]);
            case ENUM ->
                new GenericData.EnumSymbol(
                        type, type.getEnumSymbols().get(type.getEnumSymbols().size() - 1));
            case ARRAY -> depth > 4 ? List.of() : List.of(value(type.getElementType()));
            case MAP -> depth > 4 ? Map.of() : Map.of("key", value(type.getValueType()));
            case UNION ->
                value(
                        depth > 4
                                ? type.getTypes().get(0)
                                : type.getTypes().get(type.getTypes().size() - 1));
            case RECORD -> {
                depth++;
                GenericData.Record record = new GenericData.Record(type);
                type.getFields().forEach(field -> record.put(field.name(), value(field.schema())));
                depth--;
                yield record;
            }
        };
    }
}
