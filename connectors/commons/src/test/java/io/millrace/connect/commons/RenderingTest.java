package io.millrace.connect.commons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class RenderingTest {

    private static final Date MOMENT = Date.from(Instant.parse("2015-05-17T10:05:00Z"));
    private static final Schema CITY = SchemaBuilder.struct()
            .optional()
            .field("city", Schema.STRING_SCHEMA)
            .field("zip", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    private static final Schema ORDER = SchemaBuilder.struct()
            .field("at", Timestamp.SCHEMA)
            .field("total", Decimal.schema(2))
            .field("raw", Schema.BYTES_SCHEMA)
            .field("tags", SchemaBuilder.array(Schema.STRING_SCHEMA))
            .field("address", CITY)
            .field("level", SchemaBuilder.int32().optional().defaultValue(3).build())
            .build();

    @Test
    void logicalTypesHaveOneTextForm() {
        assertThat(ValueText.of(Timestamp.SCHEMA, MOMENT)).isEqualTo("2015-05-17T10:05:00Z");
        assertThat(ValueText.of(Timestamp.SCHEMA, new Date(MOMENT.getTime() + 120)))
                .isEqualTo("2015-05-17T10:05:00.120Z");
        assertThat(ValueText.of(null, MOMENT)).isEqualTo("2015-05-17T10:05:00Z");
        assertThat(ValueText.of(org.apache.kafka.connect.data.Date.SCHEMA, new Date(86_400_000L)))
                .isEqualTo("1970-01-02");
        assertThat(ValueText.of(Time.SCHEMA, new Date(36_300_000L))).isEqualTo("10:05:00");
        assertThat(ValueText.of(Decimal.schema(8), new BigDecimal("0.00000001")))
                .isEqualTo("0.00000001");
        assertThat(ValueText.of(Schema.BYTES_SCHEMA, new byte[] {1, 2})).isEqualTo("AQI=");
        assertThat(ValueText.of(Schema.BYTES_SCHEMA, ByteBuffer.wrap(new byte[] {1, 2})))
                .isEqualTo("AQI=");
        assertThat(ValueText.of(Schema.BOOLEAN_SCHEMA, true)).isEqualTo("true");
        assertThatThrownBy(() -> ValueText.of(null, new Object())).isInstanceOf(RecordFailure.class);
    }

    @Test
    void aStructBecomesJsonWithoutItsNullFields() {
        assertThat(ConnectJson.text(ORDER, order()))
                .isEqualTo("{\"at\":\"2015-05-17T10:05:00Z\",\"total\":12.30,\"raw\":\"AQI=\",\"tags\":[\"a\",\"b\"],"
                        + "\"address\":{\"city\":\"Bonn\"}}");
    }

    @Test
    void aStructBecomesFlatFieldsJoinedWithDots() {
        Map<String, String> fields = new LinkedHashMap<>();
        FlatFields.forEach(record("k", ORDER, order()), fields::put);
        assertThat(fields)
                .isEqualTo(Map.of(
                        "at", "2015-05-17T10:05:00Z",
                        "total", "12.30",
                        "raw", "AQI=",
                        "tags", "[\"a\",\"b\"]",
                        "address.city", "Bonn"));
    }

    @Test
    void aStructuredKeyIsItsFieldsJoinedWithABar() {
        Schema schema = SchemaBuilder.struct()
                .field("site", Schema.STRING_SCHEMA)
                .field("window_start", Timestamp.SCHEMA)
                .build();
        Struct key = new Struct(schema).put("site", "shop").put("window_start", MOMENT);
        SinkRecord record = new SinkRecord("t", 0, schema, key, null, null, 0);
        assertThat(RecordKey.of(record)).isEqualTo("shop|2015-05-17T10:05:00Z");
        assertThatThrownBy(() -> RecordKey.of(record(null, null, null))).isInstanceOf(RecordFailure.class);
    }

    @Test
    void aTemplateIsFilledFromTheRecord() {
        assertThat(Template.parse("k", "x:${topic}/${key}").render(record("7", null, null)))
                .isEqualTo("x:orders/7");
        assertThat(Template.parse("k", "${topic}").tellsRecordsApart()).isFalse();
        assertThatThrownBy(() -> Template.parse("k", "${kee}")).isInstanceOf(ConfigException.class);
    }

    @Test
    void aTimeIsReadFromAnyUsualForm() {
        RecordTime time = new RecordTime("at");
        assertThat(time.of(record("k", ORDER, order()))).hasValue(MOMENT.getTime());
        assertThat(time.of(record("k", null, Map.of("at", "1970-01-01T00:00:01Z"))))
                .hasValue(1_000);
        assertThat(time.of(record("k", null, Map.of("at", 7L)))).hasValue(7);
        assertThat(time.of(record("k", null, Map.of("at", "yesterday")))).isEmpty();
        assertThat(time.of(record("k", null, null))).isEmpty();
    }

    private static Struct order() {
        return new Struct(ORDER)
                .put("at", MOMENT)
                .put("total", new BigDecimal("12.30"))
                .put("raw", new byte[] {1, 2})
                .put("tags", List.of("a", "b"))
                .put("address", new Struct(CITY).put("city", "Bonn"))
                .put("level", null);
    }

    private static SinkRecord record(String key, Schema schema, Object value) {
        return new SinkRecord("orders", 0, Schema.STRING_SCHEMA, key, schema, value, 0);
    }
}
