package io.millrace.connect.http;

import com.fasterxml.jackson.core.JsonParser;
import io.millrace.connect.http.avro.FieldType;
import io.millrace.connect.http.avro.InvalidValue;
import io.millrace.connect.http.avro.ReadContext;
import io.millrace.connect.http.avro.RecordType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.kafka.connect.data.Struct;

/** Reads JSON objects as events of one contract. Immutable, so it may be shared between threads. */
final class EventReader {
    private final RecordType type;
    private final List<Part> key;
    private final Optional<Part> id;
    private final Supplier<String> ids;

    /**
     * @param contract a record schema
     * @param keyFields the fields that make the record key, in order; empty for no key
     * @param idField the field that identifies an event, when there is one
     * @param ids gives identities to events that come without, on any thread
     * @throws IllegalArgumentException when events over HTTP cannot keep such a contract, naming the field
     */
    EventReader(Schema contract, List<String> keyFields, Optional<String> idField, Supplier<String> ids) {
        this.type = RecordType.of(contract);
        this.key = keyFields.stream()
                .map(field -> part(field, "makes the record key"))
                .toList();
        this.id = idField.map(field -> part(field, "identifies the event"));
        this.ids = ids;
    }

    RecordType type() {
        return type;
    }

    /**
     * Reads one event.
     *
     * @param json at the start of the object; afterwards at its end
     * @param index of the event in the request, from zero, for the answer
     * @param receivedAt milliseconds since 1970 UTC
     * @param memory is charged for the elements of arrays and maps
     * @throws Rejection when the event does not keep the contract
     * @throws IOException when the text is no JSON or its stream ends
     */
    Event read(JsonParser json, int index, ClientFacts client, long receivedAt, ReadContext.Memory memory)
            throws IOException, Rejection {
        try {
            Struct value = type.readFields(
                    json, new ReadContext(client.address(), client.userAgent(), receivedAt, ids, memory));
            return new Event(key(value), id.isEmpty() ? null : id.get().text(value), receivedAt, value);
        } catch (InvalidValue e) {
            throw Rejection.invalidEvent(index, e.path(), e.reason());
        }
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
