package io.millrace.connect.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.connect.commons.contract.Shown;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the body of a request: one object, an array of objects, or objects one after the other (NDJSON). All of its
 * events are good or none is accepted. Safe for use by several threads.
 */
final class RequestReader {
    private final JsonFactory json = JsonFactory.builder()
            // Names come from outside: interning them would let a client fill a table of the whole JVM.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    private final Limits limits;
    private final Clock clock;

    RequestReader(Limits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Reads a body of plain JSON.
     *
     * @param events reads the objects
     * @param lease is charged for each event and what it holds many of
     * @throws Rejection with the first thing that is wrong
     */
    List<Event> read(
            EventReader events, byte[] body, int offset, int length, ClientFacts client, ByteBudget.Lease lease)
            throws Rejection {
        try (JsonParser parser = json.createParser(body, offset, length)) {
            return new Reading(events, parser, client, lease).run();
        } catch (Refused e) {
            throw e.rejection();
        } catch (IOException e) {
            throw Rejection.badRequest("the body cannot be read: " + e.getMessage());
        }
    }

    /** Reads a body of gzipped JSON; the lease is charged for its inflated size, too. */
    List<Event> readGzip(
            EventReader events, byte[] body, int offset, int length, ClientFacts client, ByteBudget.Lease lease)
            throws Rejection {
        try (InputStream inflated = new InflatedStream(body, offset, length, limits.requestBytes(), lease);
                JsonParser parser = json.createParser(inflated)) {
            return new Reading(events, parser, client, lease).run();
        } catch (Refused e) {
            throw e.rejection();
        } catch (IOException e) {
            throw Rejection.badRequest("the body is not valid gzip: " + e.getMessage());
        }
    }

    /** The reading of one body. */
    private final class Reading {
        private final EventReader events;
        private final JsonParser parser;
        private final ClientFacts client;
        private final ByteBudget.Lease lease;
        private final List<Event> read = new ArrayList<>();
        private final long receivedAt = clock.millis();

        Reading(EventReader events, JsonParser parser, ClientFacts client, ByteBudget.Lease lease) {
            this.events = events;
            this.parser = parser;
            this.client = client;
            this.lease = lease;
        }

        List<Event> run() throws IOException, Rejection {
            try {
                JsonToken first = parser.nextToken();
                if (first == null) {
                    throw Rejection.badRequest("the body is empty; send an object, an array or NDJSON");
                }
                if (first == JsonToken.START_ARRAY) {
                    for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                        readEvent(next);
                    }
                    if (parser.nextToken() != null) {
                        throw malformed("there is more text after the end of the array", parser.currentTokenLocation());
                    }
                } else {
                    for (JsonToken next = first; next != null; next = parser.nextToken()) {
                        readEvent(next);
                    }
                }
                return read;
            } catch (JsonProcessingException e) {
                throw malformed(summary(e), e.getLocation());
            } catch (CharConversionException e) {
                throw malformed(e.getMessage(), parser.currentLocation());
            }
        }

        private void readEvent(JsonToken token) throws IOException, Rejection {
            int index = read.size();
            if (index == limits.requestRecords()) {
                throw Rejection.tooLarge(
                        -1, "a request may have at most " + limits.requestRecords() + " events; send fewer at a time");
            }
            if (token != JsonToken.START_OBJECT) {
                throw Rejection.invalidEvent(index, null, "must be an object, not " + Shown.value(parser, token));
            }
            long start = position();
            Event event = events.read(parser, index, client, receivedAt, this::charge);
            if (position() - start >= limits.eventBytes()) {
                throw Rejection.tooLarge(
                        index, "is larger than the " + limits.eventBytes() + " bytes that an event may have");
            }
            if (!lease.grow(Limits.RECORD_OVERHEAD)) {
                throw Rejection.overCapacity();
            }
            read.add(event);
        }

        private void charge(int bytes) throws Refused {
            if (!lease.grow(bytes)) {
                throw new Refused(
                        lease.couldHold(bytes)
                                ? Rejection.overCapacity()
                                : Rejection.tooLarge(
                                        read.size(),
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
            return Rejection.malformedJson(read.size(), reason, line, column);
        }

        /** The parser's message without its own account of where that was. */
        private String summary(JsonProcessingException e) {
            String message = e.getOriginalMessage();
            int end = message.indexOf(" (start marker");
            return Shown.cut(end < 0 ? message : message.substring(0, end), 200);
        }
    }
}
