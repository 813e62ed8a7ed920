package io.millrace.connect.http;

import com.fasterxml.jackson.core.JsonParser;
import io.millrace.connect.commons.contract.ContractEvent;
import io.millrace.connect.commons.contract.ContractReader;
import io.millrace.connect.commons.contract.InvalidValue;
import io.millrace.connect.commons.contract.ReadContext;
import io.millrace.connect.commons.contract.RecordType;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.format.ContractFields;
import io.millrace.connect.http.limits.IdWindow;
import io.millrace.schemas.Contract;
import io.millrace.schemas.EventSpec;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.kafka.connect.data.Struct;

/** Reads JSON objects of a request as events of one contract. Immutable, so it may be shared between threads. */
final class EventReader {
    private final ContractReader contract;
    private final ContractFields fields;
    private final Optional<EventTimeField> time;
    private final RecordRoute route;
    private final EventRules rules;
    private final Supplier<String> ids;

    /** @param perMilli units of the field in a millisecond; zero when it holds a date object */
    private record EventTimeField(String name, long perMilli) {
        /** Milliseconds since 1970; {@link Long#MIN_VALUE} when it is null. */
        long millis(Struct value) {
            Object found = value.getWithoutDefault(name);
            if (found == null) {
                return Long.MIN_VALUE;
            }
            return found instanceof Date date ? date.getTime() : ((Number) found).longValue() / perMilli;
        }
    }

    /**
     * A reader without rules, of events that go to the topic {@code events}.
     *
     * @param contract a record schema
     * @param keyFields the fields that make the record key, in order; empty for no key
     * @param idField the field that identifies an event, when there is one
     * @param ids gives identities to events that come without, on any thread
     * @throws IllegalArgumentException when events over HTTP cannot keep such a contract, naming the field
     */
    EventReader(Schema contract, List<String> keyFields, Optional<String> idField, Supplier<String> ids) {
        this(
                new ContractReader(contract, keyFields, idField),
                idField,
                Optional.empty(),
                RecordRoute.to("events"),
                EventRules.STRICT,
                ids);
    }

    /** @throws RuntimeException when events over HTTP cannot keep the contract, with the reason */
    EventReader(Contract contract, RecordRoute route, EventRules rules, Supplier<String> ids) {
        this(
                ContractReader.of(contract),
                ContractReader.id(contract),
                contract.event().flatMap(EventSpec::time),
                route,
                rules,
                ids);
    }

    private EventReader(
            ContractReader contract,
            Optional<String> id,
            Optional<String> time,
            RecordRoute route,
            EventRules rules,
            Supplier<String> ids) {
        this.contract = contract;
        this.fields = new ContractFields(contract.type(), id, time);
        this.time = time.map(name -> new EventTimeField(
                name, contract.type().type(name).orElseThrow().typeName().endsWith("micros") ? 1_000 : 1));
        this.route = route;
        this.rules = rules;
        this.ids = ids;
    }

    RecordType type() {
        return contract.type();
    }

    /** The same fields, for what has other names for them. */
    ContractFields fields() {
        return fields;
    }

    /**
     * Reads one event.
     *
     * @param json at the start of the object; afterwards at its end
     * @param index of the event in the request, from zero, for the answer
     * @param receivedAt milliseconds since 1970 UTC
     * @param memory is charged for the elements of arrays and maps
     * @param headers more headers of its record
     * @throws Rejection when the event does not keep the contract
     * @throws IOException when the text is no JSON or its stream ends
     */
    Event read(
            JsonParser json,
            int index,
            ClientFacts client,
            long receivedAt,
            ReadContext.Memory memory,
            Map<String, String> headers)
            throws IOException, Rejection {
        // Equal texts may be sent and made up; which object it is tells them apart.
        List<String> made = new ArrayList<>(1);
        Supplier<String> remembered = () -> {
            made.add(ids.get());
            return made.get(made.size() - 1);
        };
        try {
            ContractEvent event = contract.read(
                    json,
                    new ReadContext(
                            client.address(),
                            client.userAgent(),
                            receivedAt,
                            remembered,
                            memory,
                            rules.ignoreUnknown()));
            requireNotFuture(index, event.value(), receivedAt);
            IdWindow.Id sent = event.id() == null || made.stream().anyMatch(one -> one == event.id())
                    ? null
                    : IdWindow.Id.of(route.kind(), event.id());
            RecordRoute.Target target = route.of(index, event, client, receivedAt, headers);
            return new Event(target.topic(), target.key(), event.id(), sent, receivedAt, event.value(), headers);
        } catch (InvalidValue e) {
            throw Rejection.invalidEvent(index, e.path(), e.reason());
        }
    }

    private void requireNotFuture(int index, Struct value, long receivedAt) throws Rejection {
        if (time.isEmpty() || rules.maxFutureMs() < 0) {
            return;
        }
        long millis = time.get().millis(value);
        if (millis != Long.MIN_VALUE && millis - receivedAt > rules.maxFutureMs()) {
            throw Rejection.invalidEvent(
                    index,
                    time.get().name(),
                    "is " + (millis - receivedAt) / 1_000 + " s ahead of the collector's clock ("
                            + Instant.ofEpochMilli(receivedAt) + "), more than the " + rules.maxFutureMs() / 1_000
                            + " s that are allowed");
        }
    }
}
