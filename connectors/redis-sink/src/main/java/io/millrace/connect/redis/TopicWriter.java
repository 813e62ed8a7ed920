package io.millrace.connect.redis;

import io.millrace.connect.commons.JsonBytes;
import io.millrace.connect.commons.JsonObjects;
import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RecordImage;
import io.millrace.connect.commons.RecordTime;
import io.millrace.connect.commons.Template;
import io.millrace.connect.commons.ValueText;
import io.millrace.connect.commons.ValueWriters;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;

/** Turns the records of one topic into changes. */
final class TopicWriter {

    static final String FRESHNESS_MS = "freshness_ms";

    private final WriteMode mode;
    private final boolean idempotent;
    private final Template key;
    private final Optional<Template> member;
    private final RecordImage.Envelope envelope;
    private final boolean ignoresTombstones;
    private final TimeToLive ttl;
    private final ChangeMaker changes;
    private final JsonBytes json = new JsonBytes();
    private final ValueWriters values = new ValueWriters();

    TopicWriter(TopicSettings settings, TimeToLive ttl, RecordTime receivedAt, Clock clock) {
        this.mode = settings.mode();
        this.idempotent = mode.isIdempotent();
        this.key = settings.key();
        this.member = settings.member();
        this.envelope = settings.envelope();
        this.ignoresTombstones = settings.ignoresTombstones();
        this.ttl = ttl;
        this.changes = new ChangeMaker(settings, receivedAt, clock);
    }

    /** Whether writing a record again ends in the same state. */
    boolean isIdempotent() {
        return idempotent;
    }

    /**
     * Adds what the record asks for to the batch.
     *
     * @throws RecordFailure when it cannot be written
     */
    void write(SinkRecord record, Batch batch) {
        RecordImage image = RecordImage.of(record, envelope);
        if (image.kind() == RecordImage.Kind.DELETE) {
            delete(image, batch);
        } else if (image.kind() == RecordImage.Kind.WRITE) {
            SinkRecord view = withFields(image.view());
            Object element = mode == WriteMode.HASH || mode == WriteMode.COUNTER || mode == WriteMode.STREAM
                    ? null
                    : element(view);
            String redisKey = key.render(view);
            Change change = changes.of(mode, view, element, ttl.of(view));
            if (change == null) {
                batch.delete(redisKey);
            } else {
                batch.add(redisKey, change, record, changes.size());
            }
        }
    }

    private void delete(RecordImage image, Batch batch) {
        if (ignoresTombstones || mode == WriteMode.PUBLISH) {
            return;
        }
        SinkRecord view = image.view();
        if (view.value() == null && (key.usesValue() || (mode.hasMembers() && usesValue(member)))) {
            throw new RecordFailure(
                    "the tombstone has no value to find the Redis key or member with; make key.template and"
                            + " member.template of ${key}, or set tombstones=ignore");
        }
        if (mode.hasMembers()) {
            SinkRecord last = withFields(view);
            String command = mode == WriteMode.SET ? "SREM" : "ZREM";
            Object removed = member.orElseThrow().render(last);
            batch.add(key.render(last), ChangeMaker.elements(command, 0, removed), image.source(), 16);
        } else if (key.tellsRecordsApart()) {
            batch.delete(key.render(withFields(view)));
        } else {
            throw new RecordFailure("the tombstone is about one record, and the Redis key is shared by many; set"
                    + " tombstones=ignore for the topic");
        }
    }

    private static boolean usesValue(Optional<Template> template) {
        return template.map(Template::usesValue).orElse(false);
    }

    /** The text or the bytes of a member, element or message; a value that is bytes as a whole is taken as it is. */
    private Object element(SinkRecord view) {
        if (member.isPresent()) {
            return member.get().render(view);
        }
        Object value = view.value();
        if (mode == WriteMode.JSON && (value instanceof byte[] || value instanceof ByteBuffer)) {
            throw new RecordFailure("the value is bytes and no JSON");
        }
        if (value instanceof byte[] raw) {
            return raw;
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] raw = new byte[buffer.remaining()];
            buffer.duplicate().get(raw);
            return raw;
        }
        if (mode == WriteMode.JSON && value instanceof String text) {
            if (!JsonObjects.isJson(text)) {
                throw new RecordFailure("the value is text and no JSON");
            }
            return text;
        }
        if (mode != WriteMode.JSON && ValueText.isScalar(value)) {
            return ValueText.of(view.valueSchema(), value);
        }
        json.truncate(0);
        values.write(json, view.valueSchema(), value);
        return json.toBytes();
    }

    /** A value that is JSON as text is read where its fields are needed. */
    private SinkRecord withFields(SinkRecord view) {
        if (!(view.value() instanceof String text) || !needsFields()) {
            return view;
        }
        Optional<Map<String, Object>> object = JsonObjects.parse(text);
        if (object.isEmpty()) {
            return view;
        }
        return view.newRecord(
                view.topic(),
                view.kafkaPartition(),
                view.keySchema(),
                view.key(),
                null,
                object.get(),
                view.timestamp(),
                view.headers());
    }

    private boolean needsFields() {
        return switch (mode) {
            case HASH, STREAM, COUNTER, SORTED_SET, GEO -> true;
            case STRING, JSON, LIST, PUBLISH, SET, HYPERLOGLOG ->
                key.usesValue() || usesValue(member) || ttl.readsValue();
        };
    }
}
