package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.Decoded;
import io.millrace.spark.TestCodecs;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

class OrderChangesTest {
    private static final Schema DECIMAL = LogicalTypes.decimal(12, 2).addToSchema(Schema.create(Schema.Type.BYTES));
    private static final Schema ROW = SchemaBuilder.record("Value")
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
            .endRecord();
    private static final Schema ENVELOPE = SchemaBuilder.record("Envelope")
            .fields()
            .name("before")
            .type()
            .optional()
            .type(ROW)
            .name("after")
            .type(Schema.createUnion(Schema.create(Schema.Type.NULL), ROW))
            .noDefault()
            .requiredString("op")
            .optionalLong("ts_ms")
            .endRecord();
    private static final Schema KEY =
            SchemaBuilder.record("Key").fields().requiredLong("order_id").endRecord();
    private static final Schema ORDER =
            Catalogue.bundled().require("serving.orders").requireValue();

    private final OrderChanges changes =
            new OrderChanges(TestCodecs.decoder(Map.of(1, KEY, 2, ENVELOPE), null), TestCodecs.encoder(ORDER, 3));

    @Test
    void aChangeIsTheOrdersNewestState() throws Exception {
        KeyedRows.Upsert upsert = changes.upsert(key(), change(row(), "u"), 77).orElseThrow();
        assertThat(upsert.key()).isEqualTo("12");
        GenericRecord order =
                ((Decoded.Value) TestCodecs.decoder(Map.of(3, ORDER), null).decode(upsert.value())).record();
        assertThat(order.toString())
                .isEqualTo("{\"order_id\": \"12\", \"customer_id\": \"5\", \"status\": \"paid\", \"total\": 1234.56,"
                        + " \"created_at\": 1700000000123, \"updated_at\": 77, \"newest_event_time\": 1700000001000,"
                        + " \"oldest_received_at\": 1700000002000, \"newest_received_at\": 1700000002000}");
    }

    @Test
    void aDeleteAndDebeziumsTombstoneBothBuryTheOrder() throws Exception {
        assertThat(changes.upsert(key(), change(null, "d"), 0)).contains(KeyedRows.Upsert.tombstone("12"));
        assertThat(changes.upsert(key(), null, 0)).isEqualTo(Optional.of(KeyedRows.Upsert.tombstone("12")));
    }

    @Test
    void whatIsNoChangeIsUnusableWithAReason() {
        assertThatThrownBy(() -> changes.upsert(key(), new byte[] {9}, 0))
                .hasMessageContaining("its value cannot be read");
        assertThatThrownBy(() -> changes.upsert(null, null, 0)).hasMessageContaining("its key cannot be read");
        assertThatThrownBy(() -> changes.upsert(key(), key(), 0)).hasMessageContaining("no change of a table");
    }

    private static byte[] key() {
        return TestCodecs.encoder(KEY, 1)
                .encode(new GenericRecordBuilder(KEY).set("order_id", 12L).build());
    }

    private static byte[] change(GenericRecord after, String op) {
        return TestCodecs.encoder(ENVELOPE, 2)
                .encode(new GenericRecordBuilder(ENVELOPE)
                        .set("after", after)
                        .set("op", op)
                        .set("ts_ms", 1_700_000_002_000L)
                        .build());
    }

    private static GenericRecord row() {
        return new GenericRecordBuilder(ROW)
                .set("order_id", 12L)
                .set("customer_id", 5L)
                .set("status", "paid")
                .set(
                        "total",
                        new Conversions.DecimalConversion()
                                .toBytes(new BigDecimal("1234.56"), DECIMAL, LogicalTypes.decimal(12, 2)))
                .set("created_at", "2023-11-14T22:13:20.123456Z")
                .set("updated_at", "2023-11-14T22:13:21Z")
                .build();
    }
}
