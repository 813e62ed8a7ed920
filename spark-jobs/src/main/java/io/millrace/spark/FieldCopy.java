package io.millrace.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Copies the fields that two contracts share by name. Where their types differ, a value is turned into the other type by
 * Avro's rules; a field that cannot be, and a null where the target takes none, are left as they are. One per task.
 */
public final class FieldCopy {
    private record Shared(int from, int to, boolean nullable, Schema written, Schema read) {
        boolean same() {
            return read == null;
        }
    }

    private final List<Shared> fields = new ArrayList<>();

    public FieldCopy(Schema source, Schema target) {
        for (Schema.Field from : source.getFields()) {
            Schema.Field to = target.getField(from.name());
            if (to == null) {
                continue;
            }
            boolean nullable = to.schema().isNullable();
            if (takes(to.schema(), from.schema())) {
                fields.add(new Shared(from.pos(), to.pos(), nullable, null, null));
            } else if (converts(from.schema(), to.schema())) {
                fields.add(new Shared(from.pos(), to.pos(), nullable, from.schema(), to.schema()));
            }
        }
    }

    public void copy(GenericRecord source, GenericRecord target) {
        for (Shared field : fields) {
            Object value = source.get(field.from());
            if (value != null) {
                target.put(field.to(), field.same() ? value : converted(value, field));
            } else if (field.nullable()) {
                target.put(field.to(), null);
            }
        }
    }

    /** Whether every value but null of one schema can stand where the other is asked for as it is. */
    private static boolean takes(Schema target, Schema source) {
        List<Schema> accepted = branches(target);
        return branches(source).stream()
                .allMatch(branch -> branch.getType() == Schema.Type.NULL || accepted.contains(branch));
    }

    private static List<Schema> branches(Schema schema) {
        return schema.isUnion() ? schema.getTypes() : List.of(schema);
    }

    private static boolean converts(Schema writer, Schema reader) {
        Schema values = writer.isUnion()
                ? Schema.createUnion(writer.getTypes().stream()
                        .filter(type -> type.getType() != Schema.Type.NULL)
                        .toList())
                : writer;
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, values)
                        .getType()
                == SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
    }

    private static Object converted(Object value, Shared field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        try {
            new GenericDatumWriter<>(field.written()).write(value, encoder);
            return new GenericDatumReader<>(field.written(), field.read())
                    .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
    }
}
