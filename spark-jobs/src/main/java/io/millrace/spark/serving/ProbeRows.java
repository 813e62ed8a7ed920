package io.millrace.spark.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.spark.Decoded;
import io.millrace.spark.ValueDecoder;
import io.millrace.spark.ValueEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;

/** Makes rows of serving.probes. One per task. */
final class ProbeRows {
    /** What a message in a database's log begins with when it is a probe. */
    static final String PREFIX = "millrace_probe";

    private static final int SLOTS = 600;

    private final ObjectMapper json = new ObjectMapper();
    private final ValueDecoder events;
    private final ValueDecoder messages;
    private final ValueEncoder rows;

    ProbeRows(ValueDecoder events, ValueDecoder messages, ValueEncoder rows) {
        this.events = events;
        this.messages = messages;
        this.rows = rows;
    }

    /**
     * The row of a record of probe.events.
     *
     * @param now what updated_at will say, epoch milliseconds
     * @throws Unusable when it cannot be read
     */
    Optional<KeyedRows.Upsert> event(byte[] value, long now) throws Unusable {
        GenericRecord probe = read(events, value);
        return Optional.of(row(
                probe.get("probe").toString(),
                probe.get("source").toString(),
                probe.get("run").toString(),
                (long) probe.get("sequence"),
                (long) probe.get("event_time"),
                (long) probe.get("received_at"),
                now));
    }

    /**
     * The row of a message that Debezium took from a log; empty when it is no probe.
     *
     * @throws Unusable when it cannot be read
     */
    Optional<KeyedRows.Upsert> message(byte[] value, long now) throws Unusable {
        GenericRecord envelope = read(messages, value);
        if (envelope.getSchema().getField("message") == null
                || !(envelope.get("message") instanceof GenericRecord message)
                || !PREFIX.equals(String.valueOf(message.get("prefix")))
                || !(message.get("content") instanceof ByteBuffer content)) {
            return Optional.empty();
        }
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        try {
            JsonNode probe = json.readTree(bytes);
            long captured = envelope.get("ts_ms") instanceof Long time ? time : now;
            return Optional.of(row(
                    probe.path("probe").asText(),
                    probe.path("source").asText(),
                    probe.path("run").asText(),
                    probe.path("sequence").asLong(),
                    probe.path("sent_at").asLong(captured),
                    captured,
                    now));
        } catch (IOException e) {
            throw new Unusable("its content is no JSON");
        }
    }

    private KeyedRows.Upsert row(
            String probe, String source, String run, long sequence, long sent, long received, long now) {
        int slot = (int) (sequence % SLOTS);
        GenericRecord row = rows.newRecord();
        row.put("probe", probe);
        row.put("source", source);
        row.put("slot", slot);
        row.put("run", run);
        row.put("sequence", sequence);
        row.put("updated_at", now);
        new Freshness(sent, received, received).into(row);
        return new KeyedRows.Upsert(probe + "|" + source + "|" + slot, rows.encode(row));
    }

    private static GenericRecord read(ValueDecoder decoder, byte[] value) throws Unusable {
        Decoded decoded = decoder.decode(value);
        if (decoded instanceof Decoded.Value found) {
            return found.record();
        }
        throw new Unusable(((Decoded.Unreadable) decoded).reason());
    }
}
