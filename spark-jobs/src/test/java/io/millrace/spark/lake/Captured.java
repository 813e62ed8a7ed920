package io.millrace.spark.lake;

import io.millrace.spark.support.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;

/** One captured table and its changes, in the schemas that Debezium and Connect's Avro converter give them. */
final class Captured {
    static final String LONG = "\"long\"";
    static final String TEXT = "[\"null\",\"string\"]";
    static final String DECIMAL = "[\"null\",{\"type\":\"bytes\",\"scale\":2,\"precision\":12,\"connect.version\":1,"
            + "\"connect.parameters\":{\"scale\":\"2\",\"connect.decimal.precision\":\"12\"},"
            + "\"connect.name\":\"org.apache.kafka.connect.data.Decimal\",\"logicalType\":\"decimal\"}]";

    private static final Schema SOURCE = SchemaBuilder.record("Source")
            .namespace("io.debezium.connector.postgresql")
            .fields()
            .requiredString("version")
            .requiredLong("ts_ms")
            .optionalLong("txId")
            .optionalLong("lsn")
            .optionalString("sequence")
            .name("snapshot")
            .type(Schema.createUnion(Schema.create(Schema.Type.STRING), Schema.create(Schema.Type.NULL)))
            .withDefault("false")
            .endRecord();

    private final ToIntFunction<Schema> ids;
    private final String topic;
    private final Schema key;
    private final Schema row;
    private final Schema envelope;

    /**
     * @param ids registers a schema
     * @param columns names and Avro types, in pairs; the first {@code keyColumns} are the key
     */
    Captured(ToIntFunction<Schema> ids, String topic, int keyColumns, String... columns) {
        this.ids = ids;
        this.topic = topic;
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < columns.length; i += 2) {
            fields.add("{\"name\":\"" + columns[i] + "\",\"type\":" + columns[i + 1]
                    + (columns[i + 1].startsWith("[\"null\"") ? ",\"default\":null}" : "}"));
        }
        this.row = parse("{\"type\":\"record\",\"name\":\"Value\",\"namespace\":\"" + topic + "\",\"fields\":["
                + String.join(",", fields) + "],\"connect.name\":\"" + topic + ".Value\"}");
        this.key = keyColumns == 0
                ? null
                : parse("{\"type\":\"record\",\"name\":\"Key\",\"namespace\":\"" + topic + "\",\"fields\":["
                        + String.join(",", fields.subList(0, keyColumns)) + "]}");
        this.envelope = SchemaBuilder.record("Envelope")
                .namespace(topic)
                .fields()
                .name("before")
                .type(Schema.createUnion(Schema.create(Schema.Type.NULL), row))
                .withDefault(null)
                .name("after")
                .type(Schema.createUnion(Schema.create(Schema.Type.NULL), row))
                .withDefault(null)
                .name("source")
                .type(SOURCE)
                .noDefault()
                .requiredString("op")
                .optionalLong("ts_ms")
                .endRecord();
    }

    /** The schema of the changes. */
    Schema envelope() {
        return envelope;
    }

    /** An insert or update, or a row that was read again: all columns, in order. */
    Row change(long offset, long lsn, String op, Object... columns) {
        return record(offset, lsn, op, "false", null, filled(row, columns));
    }

    /** As {@link #change}, of a transaction that was long open: another one was committed at a later place meanwhile. */
    Row late(long offset, long lsn, long commitBefore, String op, Object... columns) {
        return record(offset, lsn, sequence(commitBefore, lsn), op, "false", null, filled(row, columns), null);
    }

    /** A row that an incremental snapshot read again when a transaction had been committed at this place. */
    Row again(long offset, long commitBefore, Object... columns) {
        return record(
                offset,
                null,
                sequence(commitBefore, commitBefore),
                "r",
                "incremental",
                null,
                filled(row, columns),
                null);
    }

    private static String sequence(long commitBefore, long lsn) {
        return "[\"%d\",\"%d\"]".formatted(commitBefore, lsn);
    }

    /** A row of a whole snapshot, which names the same place in the log in all its rows. */
    Row snapshot(long offset, long lsn, Object... columns) {
        return record(offset, lsn, "r", "true", null, filled(row, columns));
    }

    /** A delete of the row with this key. */
    Row delete(long offset, long lsn, Object... keyColumns) {
        return record(offset, lsn, "d", "false", filled(row, keyColumns), null);
    }

    /** The delete with which a changed key begins: an insert at the same place in the log follows. */
    Row moves(long offset, long lsn, Object... keyColumns) {
        GenericRecord before = filled(row, keyColumns);
        return record(offset, lsn, sequence(lsn - 1, lsn), "d", "false", before, null, "__debezium.newkey");
    }

    /** The record that follows a delete, so that compaction forgets the key. */
    Row tombstone(long offset, Object... keyColumns) {
        return Lake.record(topic, 0, offset, wire(filled(key, keyColumns)), null);
    }

    private Row record(long offset, long lsn, String op, String snapshot, GenericRecord before, GenericRecord after) {
        return record(offset, lsn, sequence(lsn - 1, lsn), op, snapshot, before, after, null);
    }

    private Row record(
            long offset,
            Long lsn,
            String sequence,
            String op,
            String snapshot,
            GenericRecord before,
            GenericRecord after,
            String header) {
        GenericRecord source = new GenericData.Record(SOURCE);
        source.put("version", "3.7.0.Final");
        source.put("ts_ms", 1_700_000_000_000L + (lsn == null ? offset : lsn));
        source.put("lsn", lsn);
        source.put("sequence", sequence);
        source.put("snapshot", snapshot);
        GenericRecord change = new GenericData.Record(envelope);
        change.put("before", before);
        change.put("after", after);
        change.put("source", source);
        change.put("op", op);
        change.put("ts_ms", 1_700_000_001_000L + (lsn == null ? offset : lsn));
        GenericRecord both = after == null ? before : after;
        byte[] id = key == null ? null : wire(filled(key, keyOf(both)));
        return Lake.record(topic, 0, offset, id, wire(change), header);
    }

    private byte[] wire(GenericRecord record) {
        return Topology.wire(ids.applyAsInt(record.getSchema()), record);
    }

    private Object[] keyOf(GenericRecord found) {
        return key.getFields().stream().map(field -> found.get(field.name())).toArray();
    }

    private static GenericRecord filled(Schema schema, Object... columns) {
        GenericRecord record = new GenericData.Record(schema);
        Map<String, Object> empty = Map.of("LONG", 0L, "STRING", "", "INT", 0);
        for (int i = 0; i < schema.getFields().size(); i++) {
            Schema.Field field = schema.getFields().get(i);
            // As with the default replica identity: a delete knows the key, the rest is empty.
            record.put(
                    i,
                    i < columns.length
                            ? columns[i]
                            : empty.get(field.schema().getType().name()));
        }
        return record;
    }

    private static Schema parse(String json) {
        return new Schema.Parser().parse(json);
    }
}
