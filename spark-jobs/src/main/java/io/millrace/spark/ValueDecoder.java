package io.millrace.spark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads Avro values in Confluent's wire format (a zero byte, the schema's id in four bytes, the record), whichever
 * version of the schema they were written with. Not safe for use by several threads: one per task.
 */
public final class ValueDecoder {
    private static final int HEADER = 5;

    private final SchemaLookup schemas;
    private final Schema reader;
    private final Schema wanted;
    private final Map<Integer, GenericDatumReader<Object>> readers = new HashMap<>();
    private BinaryDecoder decoder;

    /** @param reader the schema that readers of this value expect; null to take each value as it was written */
    ValueDecoder(SchemaLookup schemas, Schema reader) {
        this(schemas, reader, reader);
    }

    /**
     * @param reader the schema that readers of this value expect: what does not fit it cannot be read
     * @param wanted those of its fields that are given; the others are skipped, which costs a fraction of reading them
     */
    ValueDecoder(SchemaLookup schemas, Schema reader, Schema wanted) {
        this.schemas = schemas;
        this.reader = reader;
        this.wanted = wanted;
    }

    /** The schema that values are given in; null when it is that of their writer. */
    public Schema schema() {
        return wanted;
    }

    /**
     * Reads one value.
     *
     * @param bytes the value as it stood in the topic; null is unreadable, as a tombstone carries no record
     * @throws io.millrace.schemas.RegistryException when the registry cannot be reached: nothing is known about the value
     */
    public Decoded decode(byte[] bytes) {
        if (bytes == null || bytes.length == 0) {
            return unreadable("the value is empty", null);
        }
        if (bytes[0] != 0) {
            return unreadable("the value does not begin with the byte 0 of the wire format", null);
        }
        if (bytes.length < HEADER) {
            return unreadable("the value ends within its header", null);
        }
        int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
        GenericDatumReader<Object> found = readers.get(id);
        if (found == null) {
            Optional<Schema> writer = schemas.schema(id);
            if (writer.isEmpty()) {
                return unreadable("the registry has no Avro schema with id " + id, id);
            }
            found = new GenericDatumReader<>(writer.get(), expected(writer.get()));
            readers.put(id, found);
        }
        return read(found, bytes, id, true);
    }

    /**
     * Reads a value that {@link #decode} has read before, perhaps elsewhere: without looking for damage first.
     *
     * @param bytes the same bytes
     */
    public Decoded decodeAgain(byte[] bytes) {
        int id = bytes.length < HEADER ? 0 : ByteBuffer.wrap(bytes, 1, 4).getInt();
        GenericDatumReader<Object> found = readers.get(id);
        return found == null ? decode(bytes) : read(found, bytes, id, false);
    }

    private Schema expected(Schema writer) {
        if (reader == null) {
            return writer;
        }
        Resolution whole = Resolution.of(writer, reader);
        // Where a value could be at odds with the contract, all of it is looked at.
        boolean fits = whole.reader() == reader && whole.mismatch().isEmpty();
        return fits ? wanted : whole.reader();
    }

    private Decoded read(GenericDatumReader<Object> datum, byte[] bytes, int id, boolean first) {
        try {
            if (first) {
                // Without making anything: a forged length must not allocate gigabytes.
                decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, decoder);
                GenericDatumReader.skip(datum.getSchema(), decoder);
                if (!decoder.isEnd()) {
                    return unreadable("bytes are left over after the record of schema " + id, id);
                }
            }
            decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, decoder);
            Object value = datum.read(null, decoder);
            return given(value, datum.getExpected()) instanceof GenericRecord record
                    ? new Decoded.Value(record, id)
                    : unreadable("schema " + id + " is not a record", id);
        } catch (ContractValues.Misfit e) {
            return unreadable("the record of schema " + id + " does not fit the contract: " + e.getMessage(), id);
        } catch (IOException | RuntimeException e) {
            // Avro reports damage in whatever way it stumbles: end of file, index, negative length, unresolvable
            // schema.
            decoder = null;
            Optional<String> mismatch = reader == null
                    ? Optional.empty()
                    : Resolution.of(datum.getSchema(), reader).mismatch();
            return unreadable(
                    mismatch.map(why -> "schema " + id + " does not fit the contract: " + why)
                            .orElseGet(() -> "the bytes are no record of schema " + id + " ("
                                    + e.getClass().getSimpleName() + ")"),
                    id);
        }
    }

    private Object given(Object value, Schema expected) {
        if (reader == null || expected == wanted) {
            return value;
        }
        Object whole = ContractValues.conform(value, expected, reader);
        if (wanted == reader || !(whole instanceof GenericRecord record)) {
            return whole;
        }
        GenericRecord part = new GenericData.Record(wanted);
        wanted.getFields().forEach(field -> part.put(field.pos(), record.get(field.name())));
        return part;
    }

    private static Decoded unreadable(String reason, Integer id) {
        return new Decoded.Unreadable(reason, Optional.ofNullable(id));
    }
}
