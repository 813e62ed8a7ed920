package io.millrace.connect.file;

import io.millrace.connect.commons.contract.ContractEvent;
import io.millrace.connect.commons.contract.ContractReader;
import io.millrace.connect.commons.contract.RecordType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** What becomes of the records of one object. Used by one thread. */
interface Values {

    /**
     * A record's value, and what it says of the record.
     *
     * @param key null when it says nothing of the key
     * @param id null when it says nothing of the identity
     */
    record Value(Schema schema, Object value, String key, String id) {
        static Value of(Schema schema, Object value) {
            return new Value(schema, value, null, null);
        }

        static Value of(ContractEvent event) {
            return new Value(event.value().schema(), event.value(), event.key(), event.id());
        }
    }

    /**
     * The value of a record.
     *
     * @param id the record's own identity, for a contract that has none to read
     * @throws MalformedRecord when the record is not what it has to be
     * @throws BrokenObject when no record of the object can be
     */
    Value of(Entry.Content content, String id) throws MalformedRecord, BrokenObject;

    /** The bytes of a line as they are. */
    static Values bytes() {
        return (content, id) -> Value.of(Schema.BYTES_SCHEMA, text(content));
    }

    /** A line as text. */
    static Values strings() {
        return (content, id) -> Value.of(Schema.STRING_SCHEMA, RecordSplitter.text(text(content)));
    }

    /** Records that were read with the contract's schema. */
    static Values contract(ContractReader contract) {
        return (content, id) -> Value.of(contract.event(struct(contract.type(), ((Entry.Fields) content).fields())));
    }

    /** The fields that the object declares. @param name of the struct of a row of CSV */
    static Values declared(String name) {
        Declared declared = new Declared(name);
        return (content, id) -> content instanceof Entry.Row row ? declared.row(row) : declared.fields(content);
    }

    private static Struct struct(RecordType type, IndexedRecord record) throws MalformedRecord {
        try {
            return (Struct) type.fromAvro(record);
        } catch (RuntimeException e) {
            // A file may hold what its schema does not allow.
            throw new MalformedRecord("", "its values do not fit its schema: " + e.getMessage());
        }
    }

    private static byte[] text(Entry.Content content) throws MalformedRecord {
        if (content instanceof Entry.Text text) {
            return text.bytes();
        }
        if (content instanceof Entry.Row row) {
            return row.bytes();
        }
        throw new MalformedRecord("", content instanceof Entry.Malformed bad ? bad.reason() : "it is no text");
    }

    /** Keeps the schemas that it made, as Connect compares them for each value. */
    final class Declared {
        private final String name;
        private final Map<org.apache.avro.Schema, RecordType> types = new IdentityHashMap<>();
        private List<String> columns;
        private Schema rows;

        private Declared(String name) {
            this.name = name;
        }

        Value fields(Entry.Content content) throws BrokenObject, MalformedRecord {
            IndexedRecord record = ((Entry.Fields) content).fields();
            RecordType type = types.get(record.getSchema());
            if (type == null) {
                try {
                    type = RecordType.of(record.getSchema());
                } catch (IllegalArgumentException e) {
                    throw new BrokenObject("its schema cannot be one of Kafka Connect: " + e.getMessage());
                }
                types.put(record.getSchema(), type);
            }
            Struct value = struct(type, record);
            return Value.of(value.schema(), value);
        }

        Value row(Entry.Row row) {
            if (!row.columns().equals(columns)) {
                SchemaBuilder builder = SchemaBuilder.struct().name(name);
                row.columns().forEach(column -> builder.field(column, Schema.OPTIONAL_STRING_SCHEMA));
                columns = row.columns();
                rows = builder.build();
            }
            Struct value = new Struct(rows);
            for (int i = 0; i < columns.size(); i++) {
                value.put(columns.get(i), row.cells().get(i));
            }
            return Value.of(rows, value);
        }
    }
}
