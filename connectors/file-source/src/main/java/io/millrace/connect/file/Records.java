package io.millrace.connect.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the records of objects into Kafka's; malformed ones into records of the quarantine, or into nothing. */
final class Records {
    static final String ID = "event_id";
    static final String RECEIVED_AT = "received_at";
    static final String PATH = "file.path";
    static final String POSITION = "file.position";
    static final String RECORD = "file.record";
    static final String REASON = "quarantine.reason";
    static final String FIELD = "quarantine.field";
    static final String WANTED_TOPIC = "quarantine.topic";

    private static final Logger LOG = LoggerFactory.getLogger(Records.class);
    private static final int ID_BYTES = 16;

    private final Optional<FileTemplate> key;
    private final Malformed malformed;
    private final FileMetrics metrics;
    private final Clock clock;
    private final MessageDigest digest;

    /**
     * What becomes of malformed records.
     *
     * @param quarantine Kafka topic for them; empty for none
     * @param tolerant whether they are dropped when there is none
     */
    record Malformed(Optional<String> quarantine, boolean tolerant) {}

    Records(Optional<FileTemplate> key, Malformed malformed, FileMetrics metrics, Clock clock) {
        this.key = key;
        this.malformed = malformed;
        this.metrics = metrics;
        this.clock = clock;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /**
     * The Kafka record of one that was read last; empty when it is dropped.
     *
     * @throws BrokenObject when no record of the object can be one
     * @throws ConnectException when it is malformed and malformed records are not tolerated
     */
    Optional<FileRecord> of(OpenObject from, Entry entry) throws BrokenObject {
        byte[] text = entry.content().bytes();
        metrics.read(entry.content().size());
        String id = id(from, entry, text);
        try {
            if (entry.content() instanceof Entry.Malformed bad) {
                throw new MalformedRecord("", bad.reason());
            }
            Values.Value value = from.values().of(entry.content(), id);
            String path = from.object().path();
            String recordKey = key.isPresent()
                    ? key.get()
                            .render(new FileTemplate.Facts(path, entry.after().records(), value.value()))
                    : value.key();
            Headers headers = headers(from, entry, value.id() == null ? id : value.id());
            return Optional.of(new FileRecord(
                    from.partition(),
                    from.offset().map(),
                    from.topic(),
                    recordKey,
                    value.schema(),
                    value.value(),
                    clock.millis(),
                    headers,
                    from.progress()));
        } catch (MalformedRecord reason) {
            metrics.malformed();
            Headers headers = headers(from, entry, id);
            String what =
                    "Record " + entry.after().records() + " of " + from.object().path();
            return setAside(from, from.offset(), headers, what, reason, text == null ? new byte[0] : text);
        }
    }

    /**
     * What is written in place of the rest of an object; empty when nothing is.
     *
     * @throws ConnectException when that is not tolerated
     */
    Optional<FileRecord> ofBroken(OpenObject from, BrokenObject reason) {
        metrics.broken();
        Position at = from.offset().position();
        Entry rest = new Entry(
                Math.max(0, at.bytes()),
                new Position(at.bytes(), at.records() + 1),
                new Entry.Malformed(reason.getMessage(), new byte[0]),
                true);
        String id = id(from, rest, null);
        String what = from.object().path() + " from record " + rest.after().records() + " on";
        return setAside(
                from,
                from.offsetOfBroken(),
                headers(from, rest, id),
                what,
                new MalformedRecord("", "the file cannot be read from here on: " + reason.getMessage()),
                new byte[0]);
    }

    private Optional<FileRecord> setAside(
            OpenObject from, FileOffset offset, Headers headers, String what, MalformedRecord reason, byte[] text) {
        if (malformed.quarantine().isPresent()) {
            metrics.quarantined();
            headers.addString(REASON, reason.reason());
            if (!reason.field().isEmpty()) {
                headers.addString(FIELD, reason.field());
            }
            headers.addString(WANTED_TOPIC, from.topic());
            return Optional.of(new FileRecord(
                    from.partition(),
                    offset.map(),
                    malformed.quarantine().get(),
                    from.object().path(),
                    Schema.BYTES_SCHEMA,
                    text,
                    clock.millis(),
                    headers,
                    from.progress()));
        }
        if (!malformed.tolerant()) {
            throw new ConnectException(what + " cannot be written: " + reason.reason() + ". Correct the file, or set "
                    + FileKeys.QUARANTINE_TOPIC + ", or errors.tolerance=all to drop such records; it is read again"
                    + " until then.");
        }
        LOG.warn(
                "{} was dropped, as errors.tolerance=all asks for and {} is not set: {}",
                what,
                FileKeys.QUARANTINE_TOPIC,
                reason.reason());
        metrics.dropped();
        return Optional.empty();
    }

    private Headers headers(OpenObject from, Entry entry, String id) {
        return new ConnectHeaders()
                .addString(ID, id)
                .addLong(RECEIVED_AT, clock.millis())
                .addString(PATH, from.object().path())
                .addLong(POSITION, entry.start())
                .addLong(RECORD, entry.after().records());
    }

    /** The same whenever the record is read, and wherever the file is by then: a replayed record can be told by it. */
    private String id(OpenObject from, Entry entry, byte[] text) {
        part(from.object().identity().getBytes(StandardCharsets.UTF_8));
        part(ByteBuffer.allocate(Long.BYTES).putLong(entry.after().records()).array());
        part(text == null ? from.content().getBytes(StandardCharsets.UTF_8) : text);
        return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
    }

    /** With its length before it, so that no two records have the same bytes. */
    private void part(byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }
}
