package io.millrace.connect.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.schemas.Contract;
import io.millrace.schemas.EventSpec;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A kind of event that is taken.
 *
 * @param topic where its records go
 * @param contract what its events have to keep
 * @param reader reads them
 */
record EventKind(String topic, Contract contract, EventReader reader) {
    private static final String USUAL_ID = "event_id";

    /**
     * @param ids gives identities to events that come without, on any thread
     * @throws RuntimeException when events over HTTP cannot keep the contract, with the reason
     */
    static EventKind of(String topic, Contract contract, Supplier<String> ids) {
        return new EventKind(
                topic,
                contract,
                new EventReader(contract.requireValue(), contract.topic().key(), id(contract), ids));
    }

    private static Optional<String> id(Contract contract) {
        Optional<EventSpec> event = contract.event();
        return event.isPresent()
                ? event.get().id()
                : contract.value()
                        .filter(schema -> schema.getField(USUAL_ID) != null)
                        .map(schema -> USUAL_ID);
    }

    /** Writes an object that says what a client has to know. */
    void describe(JsonGenerator json, String path) throws IOException {
        json.writeStartObject();
        json.writeStringField("topic", topic);
        json.writeStringField("path", path);
        json.writeStringField("description", contract.description().strip());
        if (!contract.topic().key().isEmpty()) {
            json.writeStringField("key", String.join("|", contract.topic().key()));
        }
        Optional<String> id = id(contract);
        if (id.isPresent()) {
            json.writeStringField("id", id.get());
        }
        reader.type().describeFields(json);
        json.writeEndObject();
    }
}
