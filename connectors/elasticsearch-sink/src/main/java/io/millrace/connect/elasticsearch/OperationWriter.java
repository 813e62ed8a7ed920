package io.millrace.connect.elasticsearch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.connect.commons.FlatFields;
import io.millrace.connect.commons.JsonBytes;
import io.millrace.connect.commons.RecordTime;
import io.millrace.connect.commons.ValueWriters;
import java.time.Clock;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** Writes the lines of a bulk request straight from Connect values. */
final class OperationWriter {

    static final String FRESHNESS_MS = "freshness_ms";

    private static final byte[] ID = ",\"_id\":".getBytes(US_ASCII);
    private static final byte[] VERSION = ",\"version\":".getBytes(US_ASCII);
    private static final byte[] NEWER = ",\"version_type\":\"external\"".getBytes(US_ASCII);
    private static final byte[] NOT_OLDER = ",\"version_type\":\"external_gte\"".getBytes(US_ASCII);
    private static final byte[] ROUTING = ",\"routing\":".getBytes(US_ASCII);
    private static final byte[] PIPELINE = ",\"pipeline\":".getBytes(US_ASCII);
    private static final byte[] RETRY = ",\"retry_on_conflict\":3".getBytes(US_ASCII);
    private static final byte[] DOC = "{\"doc\":{".getBytes(US_ASCII);
    private static final byte[] AS_UPSERT = ",\"doc_as_upsert\":true".getBytes(US_ASCII);
    private static final byte[] TIMESTAMP = ValueWriters.encoded(WriteKeys.TIMESTAMP_FIELD);
    private static final byte[] FRESHNESS = ValueWriters.encoded(FRESHNESS_MS);

    private final ValueWriters values = new ValueWriters();
    private final boolean upsert;
    private final byte[] versionType;
    private final boolean timestamp;
    private final String pipeline;
    private final RecordTime receivedAt;
    private final Clock clock;

    OperationWriter(ElasticsearchSinkConfig config, RecordTime receivedAt, Clock clock) {
        this.upsert = config.writeMode() == ElasticsearchSinkConfig.WriteMode.UPSERT;
        // An offset is one record's. A version of the source's may be that of several, of which the last one counts.
        this.versionType = config.hasVersionsOfTheSource() ? NOT_OLDER : NEWER;
        this.timestamp = config.isDataStream();
        this.pipeline = config.pipeline().orElse(null);
        this.receivedAt = receivedAt;
        this.clock = clock;
    }

    /**
     * Which document.
     *
     * @param version null for none
     * @param routing null for none
     */
    record Address(String index, String id, Long version, String routing) {}

    /**
     * Writes the operation for a record.
     *
     * @throws io.millrace.connect.commons.RecordFailure when its value cannot be written; a part of it is then there
     */
    void write(JsonBytes json, Operation operation, SinkRecord record, Address address) {
        json.raw(operation.opening()).string(address.index()).raw(ID).string(address.id());
        if (address.version() != null) {
            json.raw(VERSION).number(address.version()).raw(versionType);
        }
        if (address.routing() != null) {
            json.raw(ROUTING).string(address.routing());
        }
        if (operation == Operation.UPDATE) {
            json.raw(RETRY);
        } else if (pipeline != null && operation != Operation.DELETE) {
            json.raw(PIPELINE).string(pipeline);
        }
        json.raw('}').raw('}').raw('\n');
        if (operation == Operation.DELETE) {
            return;
        }
        if (operation == Operation.UPDATE) {
            json.raw(DOC);
            fields(json, record);
            json.raw('}');
            if (upsert) {
                json.raw(AS_UPSERT);
            }
        } else {
            json.raw('{');
            fields(json, record);
        }
        json.raw('}').raw('\n');
    }

    /** Writes a document that is not a record's. */
    void write(JsonBytes json, String index, String id, Map<String, Object> document) {
        json.raw(Operation.INDEX.opening()).string(index).raw(ID).string(id);
        json.raw('}').raw('}').raw('\n');
        values.write(json, null, document);
        json.raw('\n');
    }

    private void fields(JsonBytes json, SinkRecord record) {
        boolean any;
        if (record.value() instanceof Struct struct) {
            any = values.fields(json, struct);
        } else if (record.value() instanceof Map<?, ?> map) {
            any = values.fields(json, record.valueSchema(), map);
        } else if (record.value() instanceof JsonText text) {
            any = text.writeFields(json);
        } else {
            throw FlatFields.notAnObject(record);
        }
        if (timestamp && record.timestamp() != null && !has(record.value(), WriteKeys.TIMESTAMP_FIELD)) {
            separate(json, any);
            json.raw(TIMESTAMP).number(record.timestamp());
            any = true;
        }
        OptionalLong received = receivedAt.of(record);
        if (received.isPresent()) {
            separate(json, any);
            json.raw(FRESHNESS).number(clock.millis() - received.getAsLong());
        }
    }

    private static boolean has(Object value, String field) {
        return value instanceof Struct struct
                ? struct.schema().field(field) != null
                : value instanceof Map<?, ?> map && map.get(field) != null;
    }

    private static void separate(JsonBytes json, boolean any) {
        if (any) {
            json.raw(',');
        }
    }
}
