package io.millrace.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Writes Avro values in Confluent's wire format. Not safe for use by several threads: one per task. */
public final class ValueEncoder {
    private final Schema schema;
    private final Object[] defaults;
    private final byte[] header;
    private final GenericDatumWriter<GenericRecord> writer;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(512);
    private BinaryEncoder encoder;

    ValueEncoder(Schema schema, int id) {
        this.schema = schema;
        this.defaults = defaults(schema);
        this.header = ByteBuffer.allocate(5).put((byte) 0).putInt(id).array();
        this.writer = new GenericDatumWriter<>(schema);
    }

    /** A record to fill in and to encode; its fields begin with their defaults, and as null where there is none. */
    public GenericRecord newRecord() {
        GenericRecord record = new GenericData.Record(schema);
        for (int field = 0; field < defaults.length; field++) {
            record.put(field, defaults[field]);
        }
        return record;
    }

    private static Object[] defaults(Schema schema) {
        return schema.getFields().stream()
                .map(field -> field.hasDefaultValue() ? GenericData.get().getDefaultValue(field) : null)
                .toArray();
    }

    /** The schema of the records. */
    public Schema schema() {
        return schema;
    }

    /** The bytes of one value. */
    public byte[] encode(GenericRecord record) {
        buffer.reset();
        buffer.writeBytes(header);
        encoder = EncoderFactory.get().directBinaryEncoder(buffer, encoder);
        try {
            writer.write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return buffer.toByteArray();
    }
}
