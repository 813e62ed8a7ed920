package io.millrace.connect.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connect.http.format.Inflater;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the body of one request is to be read and answered, as its head says.
 *
 * @param form what the objects of the body are
 * @param kind of the events
 * @param kinds where a CloudEvent may name another kind by its type; empty when the path has named the kind
 * @param inflater how the body is compressed; empty for not at all
 * @param attributes of a CloudEvent in the binary mode; else empty
 * @param query parameters of the address
 * @param memory whether the client is answered without waiting for Kafka
 */
record BodyPlan(
        Form form,
        EventKind kind,
        Optional<EventKinds> kinds,
        Optional<Inflater> inflater,
        Map<String, JsonNode> attributes,
        Map<String, List<String>> query,
        boolean memory) {

    /** What the objects of a body are. */
    enum Form {
        /** Each is an event. */
        JSON,
        /** The data of a CloudEvent whose attributes are headers. */
        CLOUD_BINARY,
        /** Each is a CloudEvent. */
        CLOUD_STRUCTURED,
        /** A call of Segment's tracking API. */
        SEGMENT_CALL,
        /** Several of them in an envelope. */
        SEGMENT_BATCH,
        /** There is no body: the event is in the address. */
        PIXEL
    }

    boolean isSegment() {
        return form == Form.SEGMENT_CALL || form == Form.SEGMENT_BATCH;
    }
}
