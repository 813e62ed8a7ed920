package io.millrace.connect.http;

import com.fasterxml.jackson.core.JsonParser;
import io.millrace.connect.commons.contract.ContractEvent;
import io.millrace.connect.commons.contract.ContractReader;
import io.millrace.connect.commons.contract.InvalidValue;
import io.millrace.connect.commons.contract.ReadContext;
import io.millrace.connect.commons.contract.RecordType;
import io.millrace.schemas.Contract;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/** Reads JSON objects of a request as events of one contract. Immutable, so it may be shared between threads. */
final class EventReader {
    private final ContractReader contract;
    private final Supplier<String> ids;

    /**
     * @param contract a record schema
     * @param keyFields the fields that make the record key, in order; empty for no key
     * @param idField the field that identifies an event, when there is one
     * @param ids gives identities to events that come without, on any thread
     * @throws IllegalArgumentException when events over HTTP cannot keep such a contract, naming the field
     */
    EventReader(Schema contract, List<String> keyFields, Optional<String> idField, Supplier<String> ids) {
        this(new ContractReader(contract, keyFields, idField), ids);
    }

    /** @throws RuntimeException when events over HTTP cannot keep the contract, with the reason */
    EventReader(Contract contract, Supplier<String> ids) {
        this(ContractReader.of(contract), ids);
    }

    private EventReader(ContractReader contract, Supplier<String> ids) {
        this.contract = contract;
        this.ids = ids;
    }

    RecordType type() {
        return contract.type();
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
            ContractEvent event =
                    contract.read(json, new ReadContext(client.address(), client.userAgent(), receivedAt, ids, memory));
            return new Event(event.key(), event.id(), receivedAt, event.value());
        } catch (InvalidValue e) {
            throw Rejection.invalidEvent(index, e.path(), e.reason());
        }
    }
}
