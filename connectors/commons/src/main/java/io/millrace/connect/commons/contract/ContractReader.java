package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonParser;
import io.millrace.schemas.Contract;
import io.millrace.schemas.EventSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.connect.data.Struct;

/** Reads JSON objects as events of one contract. Immutable, so it may be shared between threads. */
public final class ContractReader {
    private static final String USUAL_ID = "event_id";

    private final Schema schema;
    private final RecordType type;
    private final List<Part> key;
    private final Optional<Part> id;

    /**
     * @param contract a record schema
     * @param keyFields the fields that make the record key, in order; empty for no key
     * @param idField the field that identifies an event, when there is one
     * @throws IllegalArgumentException when events in JSON cannot keep such a contract, naming the field
     */
    public ContractReader(Schema contract, List<String> keyFields, Optional<String> idField) {
        this.schema = contract;
        this.type = RecordType.of(contract);
        this.key = keyFields.stream()
                .map(field -> part(field, "makes the record key"))
                .toList();
        this.id = idField.map(field -> part(field, "identifies the event"));
    }

    /**
     * A reader of a contract with its key and its identity.
     *
     * @throws RuntimeException when the contract has no schema, or events in JSON cannot keep it, with the reason
     */
    public static ContractReader of(Contract contract) {
        return new ContractReader(contract.requireValue(), contract.topic().key(), id(contract));
    }

    /** The field that identifies an event of the contract: what it says, else {@code event_id} where it has one. */
    public static Optional<String> id(Contract contract) {
        Optional<EventSpec> event = contract.event();
        return event.isPresent()
                ? event.get().id()
                : contract.value()
                        .filter(schema -> schema.getField(USUAL_ID) != null)
                        .map(schema -> USUAL_ID);
    }

    /** The contract's own schema. */
    public Schema schema() {
        return schema;
    }

    public RecordType type() {
        return type;
    }

    /**
     * Reads one event.
     *
     * @param json at the start of the object; afterwards at its end
     * @throws InvalidValue when the event does not keep the contract
     * @throws IOException when the text is no JSON or its stream ends
     */
    public ContractEvent read(JsonParser json, ReadContext context) throws IOException, InvalidValue {
        return event(type.readFields(json, context));
    }

    /** The event of a value that keeps the contract already. */
    public ContractEvent event(Struct value) {
        return new ContractEvent(key(value), id.isEmpty() ? null : id.get().text(value), value);
    }

    /** Readers of the stores look records up by this text, so times are written as they are written there. */
    private String key(Struct value) {
        if (key.size() == 1) {
            return key.get(0).text(value);
        }
        StringBuilder text = new StringBuilder();
        for (Part part : key) {
            text.append(text.isEmpty() ? "" : "|").append(part.text(value));
        }
        return text.isEmpty() ? null : text.toString();
    }

    private Part part(String field, String purpose) {
        FieldType found = type.type(field)
                .orElseThrow(() ->
                        new IllegalArgumentException("field " + field + " " + purpose + " but is not in the schema"));
        if (!found.isKey()) {
            throw new IllegalArgumentException(
                    "field " + field + " " + purpose + " but has the type " + found.typeName());
        }
        return new Part(field, found);
    }

    /** A field whose value is wanted as text. */
    private record Part(String field, FieldType type) {
        /** Null when the field is. */
        String text(Struct struct) {
            Object value = struct.getWithoutDefault(field);
            return value == null ? null : type.keyText(value);
        }
    }
}
