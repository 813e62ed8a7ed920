package io.millrace.connect.commons;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;

class ValueWritersTest {

    private final ValueWriters writers = new ValueWriters();

    @Property(tries = 500)
    void anyTextIsReadBackAsItWas(@ForAll String text) {
        if (UTF_8.newEncoder().canEncode(text)) {
            assertThat(JsonObjects.parse(json(null, Map.of("t", text)))).contains(Map.of("t", text));
        } else {
            assertThatThrownBy(() -> json(null, Map.of("t", text))).isInstanceOf(RecordFailure.class);
        }
    }

    @Property(tries = 500)
    void anyNumberIsReadBackAsItWas(
            @ForAll long whole, @ForAll double real, @ForAll float small, @ForAll BigDecimal decimal) {
        // By value: one double has several texts, such as 1.5E7 and 15000000.0.
        assertThat(json(null, whole)).isEqualTo(Long.toString(whole));
        assertThat(Double.parseDouble(json(null, real))).isEqualTo(real);
        assertThat(Float.parseFloat(json(null, small))).isEqualTo(small);
        assertThat(new BigDecimal(json(null, decimal))).isEqualTo(decimal);
        assertThat(new BigInteger(json(null, decimal.toBigInteger()))).isEqualTo(decimal.toBigInteger());
    }

    @Property(tries = 2_000)
    void aDecimalOfFewDigitsIsWrittenWithJustThese(
            @ForAll @LongRange(min = -999_999_999_999L, max = 999_999_999_999L) long digits,
            @ForAll @IntRange(max = 9) int scale) {
        double value = BigDecimal.valueOf(digits, scale).doubleValue();
        String written = json(null, value);
        assertThat(Double.parseDouble(written)).isEqualTo(value);
        assertThat(new BigDecimal(written)).isEqualByComparingTo(BigDecimal.valueOf(digits, scale));
    }

    @Property(tries = 200)
    void anyMapIsWrittenAsTheSlowWriterWritesIt(@ForAll @Size(max = 5) Map<Integer, List<Boolean>> map) {
        assertThat(json(null, map)).isEqualTo(ConnectJson.text(null, map));
    }

    @Test
    void numbersAtTheEdgesKeepTheirDigits() {
        assertThat(json(null, List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, -0.0, 1e15, 1.5e300, 100.0)))
                .isEqualTo("[-9223372036854775808,9223372036854775807,0,-1,-0.0,1.0E15,1.5E300,100.0]");
        assertThat(json(null, new BigInteger("123456789012345678901234567890")))
                .isEqualTo("123456789012345678901234567890");
        assertThatThrownBy(() -> json(null, Double.NaN)).isInstanceOf(RecordFailure.class);
    }

    @Test
    void aStructIsWrittenAsTheSlowWriterWritesIt() {
        Schema inner =
                SchemaBuilder.struct().field("p", Schema.OPTIONAL_STRING_SCHEMA).build();
        Schema schema = SchemaBuilder.struct()
                .field("text", Schema.STRING_SCHEMA)
                .field("missing", Schema.OPTIONAL_INT64_SCHEMA)
                .field("standing", SchemaBuilder.int32().defaultValue(7).build())
                .field("time", Timestamp.SCHEMA)
                .field("price", Decimal.schema(3))
                .field("bytes", Schema.BYTES_SCHEMA)
                .field("inner", inner)
                .field(
                        "list",
                        SchemaBuilder.array(Schema.OPTIONAL_FLOAT64_SCHEMA).build())
                .field("map", SchemaBuilder.map(Schema.INT32_SCHEMA, inner).build())
                .build();
        Struct value = new Struct(schema)
                .put("text", "a\"b\u0001")
                .put("time", new Date(1_700_000_000_123L))
                .put("price", new BigDecimal("12.340"))
                .put("bytes", new byte[] {1, 2})
                .put("inner", new Struct(inner))
                .put("list", Arrays.asList(1.5, null))
                .put("map", Map.of(3, new Struct(inner).put("p", "ü")));
        assertThat(json(schema, value)).isEqualTo(ConnectJson.text(schema, value));
        assertThat(json(schema, value)).isEqualTo(ConnectJson.text(schema, value));
    }

    @Test
    void nullFieldsAreLeftOutAndNullElementsKept() {
        Map<String, Object> map = new HashMap<>();
        map.put("gone", null);
        map.put("list", Arrays.asList(1, null));
        assertThat(json(null, map)).isEqualTo("{\"list\":[1,null]}");
    }

    private String json(Schema schema, Object value) {
        JsonBytes json = new JsonBytes();
        writers.write(json, schema, value);
        return new String(json.array(), 0, json.size(), UTF_8);
    }
}
