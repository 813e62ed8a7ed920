package io.millrace.connect.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.connect.commons.contract.ContractReader;
import io.millrace.schemas.Contract;
import java.io.IOException;
import java.util.Optional;

/**
 * A kind of event that is taken.
 *
 * @param topic where its records go
 * @param contract what its events have to keep
 * @param reader reads them
 */
record EventKind(String topic, Contract contract, EventReader reader) {

    /** Writes an object that says what a client has to know. */
    void describe(JsonGenerator json, String path) throws IOException {
        json.writeStartObject();
        json.writeStringField("topic", topic);
        json.writeStringField("path", path);
        json.writeStringField("description", contract.description().strip());
        if (!contract.topic().key().isEmpty()) {
            json.writeStringField("key", String.join("|", contract.topic().key()));
        }
        Optional<String> id = ContractReader.id(contract);
        if (id.isPresent()) {
            json.writeStringField("id", id.get());
        }
        reader.type().describeFields(json);
        json.writeEndObject();
    }
}
