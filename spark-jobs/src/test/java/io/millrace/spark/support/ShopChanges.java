package io.millrace.spark.support;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;

/** Changes of the shop's tables in the shape in which Debezium writes them. */
public final class ShopChanges {
    private static final Schema DECIMAL = LogicalTypes.decimal(12, 2).addToSchema(Schema.create(Schema.Type.BYTES));
    private static final Schema CUSTOMER_KEY = key("customers", "customer_id");
    private static final Schema ORDER_KEY = key("orders", "order_id");
    private static final Schema CUSTOMER = envelope(SchemaBuilder.record("Value")
            .namespace("cdc.shop.public.customers")
            .fields()
            .requiredLong("customer_id")
            .requiredString("name")
            .optionalString("email")
            .requiredString("segment")
            .requiredString("country")
            .requiredString("created_at")
            .requiredString("updated_at")
            .endRecord());
    private static final Schema ORDER = envelope(SchemaBuilder.record("Value")
            .namespace("cdc.shop.public.orders")
            .fields()
            .requiredLong("order_id")
            .requiredLong("customer_id")
            .requiredString("status")
            .name("total")
            .type(DECIMAL)
            .noDefault()
            .requiredString("created_at")
            .requiredString("updated_at")
            .endRecord());

    private static final Schema PRODUCT = envelope(SchemaBuilder.record("Value")
            .namespace("cdc.shop.public.products")
            .fields()
            .requiredLong("product_id")
            .requiredString("name")
            .requiredString("category")
            .endRecord());
    private static final Schema ITEM = envelope(SchemaBuilder.record("Value")
            .namespace("cdc.shop.public.order_items")
            .fields()
            .requiredLong("order_id")
            .requiredInt("line")
            .requiredLong("product_id")
            .requiredInt("quantity")
            .name("price")
            .type(DECIMAL)
            .noDefault()
            .endRecord());
    private static final Schema PRODUCT_KEY = key("products", "product_id");
    private static final Schema ITEM_KEY = SchemaBuilder.record("Key")
            .namespace("cdc.shop.public.order_items")
            .fields()
            .requiredLong("order_id")
            .requiredInt("line")
            .endRecord();

    private final Topology topics;

    public ShopChanges(Topology topics) {
        this.topics = topics;
    }

    public void customer(long id, String name, String segment, String country) {
        GenericRecord row = new GenericRecordBuilder(after(CUSTOMER))
                .set("customer_id", id)
                .set("name", name)
                .set("segment", segment)
                .set("country", country)
                .set("created_at", "2024-01-01T00:00:00Z")
                .set("updated_at", "2024-01-01T00:00:00.5Z")
                .build();
        send("cdc.shop.public.customers", CUSTOMER_KEY, id, CUSTOMER, "u", row);
    }

    public void deleteCustomer(long id) {
        send("cdc.shop.public.customers", CUSTOMER_KEY, id, CUSTOMER, "d", null);
        tombstone("cdc.shop.public.customers", CUSTOMER_KEY, id);
    }

    public void order(long id, long customer, String status, String total) {
        order(id, customer, status, total, "2024-01-01T00:00:00Z");
    }

    public void order(long id, long customer, String status, String total, String createdAt) {
        GenericRecord row = new GenericRecordBuilder(after(ORDER))
                .set("order_id", id)
                .set("customer_id", customer)
                .set("status", status)
                .set("total", decimal(total))
                .set("created_at", createdAt)
                .set("updated_at", "2024-01-01T00:00:00.5Z")
                .build();
        send("cdc.shop.public.orders", ORDER_KEY, id, ORDER, "u", row);
    }

    public void deleteOrder(long id) {
        send("cdc.shop.public.orders", ORDER_KEY, id, ORDER, "d", null);
        tombstone("cdc.shop.public.orders", ORDER_KEY, id);
    }

    public void product(long id, String name, String category) {
        GenericRecord row = new GenericRecordBuilder(after(PRODUCT))
                .set("product_id", id)
                .set("name", name)
                .set("category", category)
                .build();
        send("cdc.shop.public.products", PRODUCT_KEY, id, PRODUCT, "u", row);
    }

    public void deleteProduct(long id) {
        send("cdc.shop.public.products", PRODUCT_KEY, id, PRODUCT, "d", null);
        tombstone("cdc.shop.public.products", PRODUCT_KEY, id);
    }

    public void item(long order, int line, long product, int quantity, String price) {
        GenericRecord row = new GenericRecordBuilder(after(ITEM))
                .set("order_id", order)
                .set("line", line)
                .set("product_id", product)
                .set("quantity", quantity)
                .set("price", decimal(price))
                .build();
        sendItem(order, line, change(ITEM, "u", row));
    }

    public void deleteItem(long order, int line) {
        sendItem(order, line, change(ITEM, "d", null));
        sendItem(order, line, null);
    }

    private void sendItem(long order, int line, GenericRecord change) {
        String topic = "cdc.shop.public.order_items";
        GenericRecord key = new GenericRecordBuilder(ITEM_KEY)
                .set("order_id", order)
                .set("line", line)
                .build();
        byte[] value = change == null ? null : Topology.wire(topics.register(topic + "-value", ITEM), change);
        topics.sendRaw(topic, Topology.wire(topics.register(topic + "-key", ITEM_KEY), key), value);
    }

    private static ByteBuffer decimal(String number) {
        return new Conversions.DecimalConversion()
                .toBytes(new BigDecimal(number), DECIMAL, LogicalTypes.decimal(12, 2));
    }

    private static GenericRecord change(Schema envelope, String op, GenericRecord after) {
        return new GenericRecordBuilder(envelope)
                .set("after", after)
                .set("op", op)
                .set("ts_ms", System.currentTimeMillis())
                .build();
    }

    private void send(String topic, Schema keySchema, long id, Schema envelope, String op, GenericRecord after) {
        int schema = topics.register(topic + "-value", envelope);
        topics.sendRaw(topic, keyBytes(topic, keySchema, id), Topology.wire(schema, change(envelope, op, after)));
    }

    private void tombstone(String topic, Schema keySchema, long id) {
        topics.sendRaw(topic, keyBytes(topic, keySchema, id), null);
    }

    private byte[] keyBytes(String topic, Schema schema, long id) {
        GenericRecord key = new GenericRecordBuilder(schema)
                .set(schema.getFields().get(0), id)
                .build();
        return Topology.wire(topics.register(topic + "-key", schema), key);
    }

    private static Schema key(String table, String column) {
        return SchemaBuilder.record("Key")
                .namespace("cdc.shop.public." + table)
                .fields()
                .requiredLong(column)
                .endRecord();
    }

    private static Schema envelope(Schema row) {
        return SchemaBuilder.record("Envelope")
                .namespace(row.getNamespace())
                .fields()
                .name("before")
                .type()
                .optional()
                .type(row)
                .name("after")
                .type()
                .optional()
                .type(row)
                .requiredString("op")
                .optionalLong("ts_ms")
                .endRecord();
    }

    private static Schema after(Schema envelope) {
        return envelope.getField("after").schema().getTypes().get(1);
    }
}
