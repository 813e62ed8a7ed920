package io.millrace.spark.serving;

import io.millrace.spark.Decoded;
import io.millrace.spark.FieldCopy;
import io.millrace.spark.ValueDecoder;
import io.millrace.spark.ValueEncoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;

/** Decides which raw records are web events and which go to quarantine, and says why. One per task. */
final class EventJudge {
    /** Texts that identify or group events, so that an empty one would throw strangers together. */
    private static final List<String> REQUIRED = List.of("event_id", "user_id", "site");

    /** What is looked at. */
    static final List<String> FIELDS = List.of("event_id", "user_id", "site", "event_time", "received_at");

    private static final int MAX_SITE = 50;

    private record Failure(String stage, String field, String message, Integer schemaId) {}

    private final ValueDecoder decoder;
    private final ValueDecoder whole;
    private final ValueEncoder quarantine;
    private final FieldCopy copy;
    private final TimeRules rules;

    /**
     * @param decoder gives at least the {@linkplain #FIELDS fields} of the web events' contract that decide
     * @param whole gives all fields, of the few events that are set aside
     * @param quarantine makes records of the quarantine topic
     * @param rules what the contract says about late events
     */
    EventJudge(ValueDecoder decoder, ValueDecoder whole, ValueEncoder quarantine, TimeRules rules) {
        this.decoder = decoder;
        this.whole = whole;
        this.quarantine = quarantine;
        this.copy = new FieldCopy(whole.schema(), quarantine.schema());
        this.rules = rules;
    }

    /**
     * Judges one record.
     *
     * @param value its bytes, may be null
     * @param now what quarantined_at will say, in epoch milliseconds
     */
    Verdict judge(byte[] value, SourceRecord source, long now) {
        Decoded decoded = decoder.decode(value);
        if (decoded instanceof Decoded.Unreadable unreadable) {
            Failure failure = new Failure(
                    "decode", null, unreadable.reason(), unreadable.schemaId().orElse(null));
            return new Verdict.Bad(quarantined(null, value, source, failure, now));
        }
        Decoded.Value event = (Decoded.Value) decoded;
        return failure(event)
                .<Verdict>map(failure -> new Verdict.Bad(quarantined(whole(value), value, source, failure, now)))
                .orElseGet(() -> new Verdict.Good(event.record()));
    }

    private GenericRecord whole(byte[] value) {
        return whole.decode(value) instanceof Decoded.Value event ? event.record() : null;
    }

    private Optional<Failure> failure(Decoded.Value event) {
        GenericRecord record = event.record();
        for (String field : REQUIRED) {
            if (record.get(field).toString().isBlank()) {
                return Optional.of(new Failure("contract", field, field + " must not be empty", event.schemaId()));
            }
        }
        String site = record.get("site").toString();
        if (site.indexOf('|') >= 0 || site.length() > MAX_SITE) {
            // The bar separates the parts of record keys, and a key becomes a document id of limited length.
            String message = "site must have no | and at most " + MAX_SITE + " characters";
            return Optional.of(new Failure("contract", "site", message, event.schemaId()));
        }
        return rules.problem(
                        (long) record.get("event_time"), (long) record.get("received_at"), "event_time", "received_at")
                .map(why -> new Failure("time", "event_time", why, event.schemaId()));
    }

    private GenericRecord quarantined(
            GenericRecord event, byte[] value, SourceRecord source, Failure failure, long now) {
        GenericRecord record = quarantine.newRecord();
        if (event != null) {
            copy.copy(event, record);
        }
        record.put(
                "failure",
                KindJudge.failure(
                        quarantine.schema(),
                        source,
                        failure.stage(),
                        failure.field(),
                        failure.message(),
                        failure.schemaId()));
        record.put("payload", value == null ? null : ByteBuffer.wrap(value));
        record.put("quarantined_at", now);
        return record;
    }
}
