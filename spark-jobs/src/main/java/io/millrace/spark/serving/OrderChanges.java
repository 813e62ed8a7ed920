package io.millrace.spark.serving;

import io.millrace.spark.Decoded;
import io.millrace.spark.ValueDecoder;
import io.millrace.spark.ValueEncoder;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** Changes of the shop's table orders, as rows of serving.orders. One per task. */
final class OrderChanges {
    private final ValueDecoder decoder;
    private final ValueEncoder encoder;
    private final Conversions.DecimalConversion decimals = new Conversions.DecimalConversion();

    OrderChanges(ValueDecoder decoder, ValueEncoder encoder) {
        this.decoder = decoder;
        this.encoder = encoder;
    }

    /** A change that is not one. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * The newest state of the changed order, or its tombstone; empty for what tells nothing about an order.
     *
     * @param value null for the tombstone that Debezium writes after a delete
     * @param now what updated_at will say, epoch milliseconds
     * @throws Unusable when the change cannot be read, with the reason
     */
    Optional<KeyedRows.Upsert> upsert(byte[] key, byte[] value, long now) throws Unusable {
        GenericRecord keyRecord = read(key, "key");
        String id = text(keyRecord, "order_id");
        if (value == null) {
            return Optional.of(KeyedRows.Upsert.tombstone(id));
        }
        GenericRecord envelope = read(value, "value");
        if (envelope.getSchema().getField("after") == null) {
            throw new Unusable("its value is no change of a table");
        }
        if (!(envelope.get("after") instanceof GenericRecord row)) {
            return Optional.of(KeyedRows.Upsert.tombstone(id));
        }
        try {
            return Optional.of(new KeyedRows.Upsert(id, encoder.encode(order(id, row, envelope, now))));
        } catch (RuntimeException e) {
            throw new Unusable("its row is not as expected (" + e + ")");
        }
    }

    private GenericRecord order(String id, GenericRecord row, GenericRecord envelope, long now) throws Unusable {
        long captured = envelope.get("ts_ms") instanceof Long time ? time : now;
        GenericRecord order = encoder.newRecord();
        order.put("order_id", id);
        order.put("customer_id", text(row, "customer_id"));
        order.put("status", text(row, "status"));
        order.put("total", number(row, "total"));
        order.put("created_at", time(row, "created_at").orElse(captured));
        order.put("updated_at", now);
        new Freshness(time(row, "updated_at").orElse(captured), captured, captured).into(order);
        return order;
    }

    private GenericRecord read(byte[] bytes, String what) throws Unusable {
        Decoded decoded = decoder.decode(bytes);
        if (decoded instanceof Decoded.Value value) {
            return value.record();
        }
        throw new Unusable("its " + what + " cannot be read: " + ((Decoded.Unreadable) decoded).reason());
    }

    private static String text(GenericRecord record, String column) throws Unusable {
        Schema.Field field = record.getSchema().getField(column);
        Object value = field == null ? null : record.get(field.pos());
        if (value == null) {
            throw new Unusable(column + " is missing");
        }
        return value.toString();
    }

    /** A number however the connector's decimal.handling.mode writes it. */
    private double number(GenericRecord record, String column) throws Unusable {
        Schema.Field field = record.getSchema().getField(column);
        Object value = field == null ? null : record.get(field.pos());
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        Schema type = field == null ? null : present(field.schema());
        if (value instanceof ByteBuffer bytes && type.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            return decimals.fromBytes(bytes.duplicate(), type, decimal).doubleValue();
        }
        if (value instanceof CharSequence text) {
            return new BigDecimal(text.toString()).doubleValue();
        }
        throw new Unusable(column + " is no number");
    }

    /** An ISO time with zone, as Debezium writes timestamptz; or epoch microseconds, as it writes timestamp. */
    private static Optional<Long> time(GenericRecord record, String column) {
        Schema.Field field = record.getSchema().getField(column);
        Object value = field == null ? null : record.get(field.pos());
        if (value instanceof CharSequence text) {
            return Optional.of(OffsetDateTime.parse(text).toInstant().toEpochMilli());
        }
        if (value instanceof Long micros) {
            return Optional.of(Instant.EPOCH.plusNanos(micros * 1_000).toEpochMilli());
        }
        return Optional.empty();
    }

    private static Schema present(Schema schema) {
        return !schema.isUnion()
                ? schema
                : schema.getTypes().stream()
                        .filter(type -> type.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElse(schema);
    }
}
