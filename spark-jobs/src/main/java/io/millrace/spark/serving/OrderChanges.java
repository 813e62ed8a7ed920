package io.millrace.spark.serving;

import io.millrace.spark.Decoded;
import io.millrace.spark.ValueDecoder;
import io.millrace.spark.ValueEncoder;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;

/** Changes of the shop's table orders, as rows of serving.orders. One per task. */
final class OrderChanges {
    private final ValueDecoder decoder;
    private final ValueEncoder encoder;

    OrderChanges(ValueDecoder decoder, ValueEncoder encoder) {
        this.decoder = decoder;
        this.encoder = encoder;
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
        String id = Columns.text(keyRecord, "order_id");
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
        order.put("customer_id", Columns.text(row, "customer_id"));
        order.put("status", Columns.text(row, "status"));
        order.put("total", Columns.decimal(row, "total").doubleValue());
        order.put("created_at", Columns.time(row, "created_at").orElse(captured));
        order.put("updated_at", now);
        new Freshness(Columns.time(row, "updated_at").orElse(captured), captured, captured).into(order);
        return order;
    }

    private GenericRecord read(byte[] bytes, String what) throws Unusable {
        Decoded decoded = decoder.decode(bytes);
        if (decoded instanceof Decoded.Value value) {
            return value.record();
        }
        throw new Unusable("its " + what + " cannot be read: " + ((Decoded.Unreadable) decoded).reason());
    }
}
