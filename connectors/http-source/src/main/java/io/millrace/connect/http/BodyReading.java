package io.millrace.connect.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.commons.contract.Shown;
import io.millrace.connect.http.BodyPlan.Form;
import io.millrace.connect.http.answer.Refused;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.format.PixelQuery;
import io.millrace.connect.http.limits.ByteBudget;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The reading of one body. Belongs to one thread. */
final class BodyReading {
    private final BodyPlan plan;
    private final JsonParser parser;
    private final Bytes bytes;
    private final ClientFacts client;
    private final ByteBudget.Lease lease;
    private final Limits limits;
    private final Fate fate;
    private final long receivedAt;
    private final Envelopes envelopes;
    private final Reading read = new Reading();

    /** Where the text stands. */
    record Bytes(byte[] array, int offset, int length) {}

    /** @param partial whether events that are bad leave the others be */
    record Fate(boolean partial, Optional<Quarantine> quarantine) {}

    BodyReading(
            BodyPlan plan,
            JsonParser parser,
            Bytes bytes,
            ClientFacts client,
            ByteBudget.Lease lease,
            Limits limits,
            Fate fate,
            long receivedAt) {
        this.plan = plan;
        this.parser = parser;
        this.bytes = bytes;
        this.client = client;
        this.lease = lease;
        this.limits = limits;
        this.fate = fate;
        this.receivedAt = receivedAt;
        this.envelopes = new Envelopes(plan, this::charge);
    }

    Reading run() throws IOException, Rejection {
        try {
            if (plan.form() == Form.PIXEL) {
                readPixel();
            } else {
                readBody();
            }
        } catch (StopReading stop) {
            // The first bad event decides the answer; the good ones are not taken.
            read.events().clear();
        } catch (JsonProcessingException e) {
            throw malformed(summary(e), e.getLocation());
        } catch (CharConversionException e) {
            throw malformed(e.getMessage(), parser.currentLocation());
        }
        return read;
    }

    private void readBody() throws IOException, Rejection, StopReading {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw Rejection.badRequest("the body is empty; send an object, an array or NDJSON");
        }
        if (plan.form() == Form.SEGMENT_BATCH) {
            readSegmentBatch(first);
        } else if (first == JsonToken.START_ARRAY) {
            readArray();
        } else {
            for (JsonToken next = first; next != null; next = parser.nextToken()) {
                readOne(next);
            }
            return;
        }
        if (parser.nextToken() != null) {
            throw malformed("there is more text after the end", parser.currentTokenLocation());
        }
    }

    private void readArray() throws IOException, Rejection, StopReading {
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            readOne(next);
        }
    }

    private void readSegmentBatch(JsonToken first) throws IOException, Rejection, StopReading {
        if (first != JsonToken.START_OBJECT) {
            throw Rejection.badRequest("the body has to be an object with the array batch");
        }
        boolean found = false;
        Optional<String> envelopeKey = Optional.empty();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("batch") && value == JsonToken.START_ARRAY && !found) {
                found = true;
                readArray();
            } else if (name.equals("writeKey") && value == JsonToken.VALUE_STRING) {
                envelopeKey = Optional.of(parser.getText());
            } else {
                parser.skipChildren();
            }
        }
        envelopeKey.ifPresent(key -> read.writeKey(key, true));
        if (!found) {
            throw Rejection.badRequest("the object has no array batch");
        }
    }

    /** Reads an event, whose fate is decided here if it is bad. */
    private void readOne(JsonToken token) throws IOException, Rejection, StopReading {
        int index = read.total();
        if (index == limits.requestRecords()) {
            throw Rejection.tooLarge(
                    -1, "a request may have at most " + limits.requestRecords() + " events; send fewer at a time");
        }
        if (!lease.grow(Limits.RECORD_OVERHEAD)) {
            throw Rejection.overCapacity();
        }
        long start = position();
        int depth = parser.getParsingContext().getNestingDepth();
        try {
            if (token != JsonToken.START_OBJECT) {
                throw Rejection.invalidEvent(index, null, "must be an object, not " + Shown.value(parser, token));
            }
            Event event = readObject(index);
            if (position() - start >= limits.eventBytes()) {
                throw Rejection.tooLarge(
                        index, "is larger than the " + limits.eventBytes() + " bytes that an event may have");
            }
            read.events().add(event);
        } catch (Rejection e) {
            if (e.index() < 0 || !fate.partial() && fate.quarantine().isEmpty()) {
                throw e;
            }
            skipRest(token, depth);
            bad(e, payload(start));
        }
    }

    private Event readObject(int index) throws IOException, Rejection {
        if (plan.form() == Form.JSON) {
            return plan.kind().reader().read(parser, index, client, receivedAt, this::charge, Map.of());
        }
        ObjectNode object = envelopes.tree(parser);
        if (plan.isSegment() && object.path("writeKey").isTextual()) {
            read.writeKey(object.path("writeKey").textValue(), false);
        }
        try {
            return read(envelopes.open(object), index);
        } catch (Rejection e) {
            throw e.at(index);
        }
    }

    private void readPixel() throws IOException, Rejection, StopReading {
        try {
            read.events()
                    .add(read(
                            new Envelopes.Opened(
                                    plan.kind(),
                                    PixelQuery.fields(
                                            plan.query(), plan.kind().reader().fields()),
                                    Map.of()),
                            0));
        } catch (Rejection e) {
            if (fate.quarantine().isEmpty()) {
                throw e;
            }
            bad(e, null);
        }
    }

    private Event read(Envelopes.Opened opened, int index) throws IOException, Rejection {
        try (JsonParser fields = opened.fields().traverse()) {
            fields.nextToken();
            return opened.kind().reader().read(fields, index, client, receivedAt, this::charge, opened.headers());
        }
    }

    /** @param payload null when it is not at hand */
    private void bad(Rejection why, byte[] payload) throws StopReading {
        read.reject(why);
        fate.quarantine()
                .ifPresent(one -> read.setAside().add(one.aside(plan.kind().topic(), why, payload, receivedAt)));
        if (!fate.partial()) {
            throw new StopReading();
        }
    }

    /** Goes to the end of what was begun, so that the next event can be read. */
    private void skipRest(JsonToken token, int depth) throws IOException {
        if (!token.isStructStart()) {
            return;
        }
        // Within an object or array its own depth counts; at its end the parser is outside again.
        while (parser.getParsingContext().getNestingDepth() >= depth) {
            if (parser.nextToken() == null) {
                return;
            }
        }
    }

    private byte[] payload(long start) {
        long end = parser.currentLocation().getByteOffset();
        if (fate.quarantine().isEmpty()
                || start < 1
                || end > bytes.length()
                || end - start >= limits.eventBytes()
                || !lease.grow(end - start)) {
            return null;
        }
        // The position was taken behind the first character.
        int from = bytes.offset() + (int) start - 1;
        return Arrays.copyOfRange(bytes.array(), from, bytes.offset() + (int) end);
    }

    private void charge(int amount) throws Refused {
        if (!lease.grow(amount)) {
            throw new Refused(
                    lease.couldHold(amount)
                            ? Rejection.overCapacity()
                            : Rejection.tooLarge(
                                    read.total(),
                                    "has more elements than " + HttpSourceConfig.MAX_IN_FLIGHT_BYTES
                                            + " has room for; send fewer at a time"));
        }
    }

    private long position() {
        JsonLocation here = parser.currentLocation();
        // A body in UTF-16 or UTF-32 has no byte offsets.
        return here.getByteOffset() >= 0 ? here.getByteOffset() : here.getCharOffset();
    }

    private Rejection malformed(String reason, JsonLocation where) {
        int line = where == null ? 0 : where.getLineNr();
        int column = where == null ? 0 : where.getColumnNr();
        return Rejection.malformedJson(read.total(), reason, line, column);
    }

    /** The parser's message without its own account of where that was. */
    private static String summary(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        int end = message.indexOf(" (start marker");
        return Shown.cut(end < 0 ? message : message.substring(0, end), 200);
    }

    /** The rest of the body does not matter. */
    private static final class StopReading extends Exception {
        private static final long serialVersionUID = 1;

        StopReading() {
            super(null, null, false, false);
        }
    }
}
