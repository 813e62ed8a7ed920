package io.millrace.spark.serving;

import io.millrace.spark.Decoded;
import io.millrace.spark.ValueDecoder;
import java.math.BigDecimal;
import org.apache.avro.generic.GenericRecord;

/** Changes of the shop's orders, their lines and products, as {@link SalesStep}s. One per task. */
final class ShopRows {
    private static final String CANCELLED = "cancelled";
    private static final int MAX_CATEGORY = 128;

    /** A step and the state that it belongs to. */
    record Keyed(String key, SalesStep step) {}

    private final ValueDecoder decoder;

    /** @param decoder gives each value in its writer's schema */
    ShopRows(ValueDecoder decoder) {
        this.decoder = decoder;
    }

    /**
     * The change as a step.
     *
     * @param value null for the tombstone that Debezium writes after a delete
     * @param kafkaTime the record's timestamp, epoch milliseconds
     * @throws Unusable when the change cannot be read, with the reason
     */
    Keyed step(String topic, byte[] key, byte[] value, long kafkaTime) throws Unusable {
        GenericRecord id = read(key, "key");
        GenericRecord envelope = value == null ? null : read(value, "value");
        if (envelope != null && envelope.getSchema().getField("after") == null) {
            throw new Unusable("its value is no change of a table");
        }
        long captured = envelope != null
                        && envelope.getSchema().getField("ts_ms") != null
                        && envelope.get("ts_ms") instanceof Long time
                ? time
                : kafkaTime;
        GenericRecord row = envelope == null ? null : (GenericRecord) envelope.get("after");
        return switch (topic) {
            case Topics.ORDERS ->
                new Keyed(
                        ShopSales.ORDER + Columns.text(id, "order_id"),
                        row == null ? new SalesStep.Gone("", captured) : order(row, captured));
            case Topics.ORDER_ITEMS -> {
                String line = Columns.text(id, "line");
                yield new Keyed(
                        ShopSales.ORDER + Columns.text(id, "order_id"),
                        row == null ? new SalesStep.Gone(line, captured) : line(line, row, captured));
            }
            case Topics.PRODUCTS ->
                new Keyed(
                        ShopSales.PRODUCT + Columns.text(id, "product_id"),
                        row == null ? new SalesStep.Gone("", captured) : product(row, captured));
            default -> throw new Unusable("it is of another table");
        };
    }

    private static SalesStep order(GenericRecord row, long captured) throws Unusable {
        return new SalesStep.Order(
                Columns.time(row, "created_at").orElse(captured),
                Columns.text(row, "status").equals(CANCELLED),
                cents(Columns.decimal(row, "total"), "total"),
                captured);
    }

    private static SalesStep line(String line, GenericRecord row, long captured) throws Unusable {
        long pieces = Columns.whole(row, "quantity");
        BigDecimal money = Columns.decimal(row, "price").multiply(BigDecimal.valueOf(pieces));
        return new SalesStep.Line(line, Columns.text(row, "product_id"), pieces, cents(money, "price"), captured);
    }

    private static SalesStep product(GenericRecord row, long captured) {
        String category = Columns.textOrNull(row, "category");
        // It becomes a part of record keys.
        return new SalesStep.Product(category == null ? null : Texts.atMost(category, MAX_CATEGORY), captured);
    }

    private static long cents(BigDecimal money, String column) throws Unusable {
        try {
            return money.movePointRight(2).longValueExact();
        } catch (ArithmeticException e) {
            throw new Unusable(column + " is no amount in hundredths");
        }
    }

    private GenericRecord read(byte[] bytes, String what) throws Unusable {
        Decoded decoded = decoder.decode(bytes);
        if (decoded instanceof Decoded.Value value) {
            return value.record();
        }
        throw new Unusable("its " + what + " cannot be read: " + ((Decoded.Unreadable) decoded).reason());
    }
}
