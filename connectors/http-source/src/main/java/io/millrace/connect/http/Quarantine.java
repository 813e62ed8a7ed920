package io.millrace.connect.http;

import io.millrace.connect.commons.contract.RecordType;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.schemas.Catalogue;
import java.util.Date;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Makes records of events that are set aside, by the contract {@value #CONTRACT}. They come from no topic, hence partition
 * and offset are -1. Immutable.
 */
final class Quarantine {
    static final String CONTRACT = "quarantine.events";

    private final String topic;
    private final Schema schema;

    private Quarantine(String topic, Schema schema) {
        this.topic = topic;
        this.schema = schema;
    }

    /** @throws RuntimeException when the contracts have none of that name, with the reason */
    static Quarantine of(String topic, Catalogue catalogue) {
        return new Quarantine(
                topic, RecordType.of(catalogue.require(CONTRACT).requireValue()).schema());
    }

    /**
     * @param kind of the event, or what was thought to be its kind
     * @param payload the event's JSON; null when it is not at hand
     * @param receivedAt milliseconds since 1970 UTC
     */
    Event aside(String kind, Rejection why, byte[] payload, long receivedAt) {
        Struct failure = new Struct(schema.field("failure").schema())
                .put("stage", "contract")
                .put("field", why.field())
                .put("message", (why.field() == null ? "the event " : why.field() + " ") + why.reason())
                .put("topic", kind)
                .put("partition", -1)
                .put("offset", -1L);
        Struct value = new Struct(schema)
                .put("kind", kind)
                .put("received_at", new Date(receivedAt))
                .put("failure", failure)
                .put("payload", payload)
                .put("quarantined_at", new Date(receivedAt));
        return new Event(topic, null, null, null, receivedAt, value, Map.of());
    }
}
