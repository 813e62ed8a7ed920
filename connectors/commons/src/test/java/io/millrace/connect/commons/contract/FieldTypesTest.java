package io.millrace.connect.commons.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a field takes and what it refuses, by type. */
class FieldTypesTest {
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("string", "\"string\""),
            Map.entry("boolean", "\"boolean\""),
            Map.entry("int", "\"int\""),
            Map.entry("long", "\"long\""),
            Map.entry("float", "\"float\""),
            Map.entry("double", "\"double\""),
            Map.entry("bytes", "\"bytes\""),
            Map.entry("uuid", logical("string", "uuid")),
            Map.entry("enum", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"RED\",\"GREEN\"]}"),
            Map.entry("fixed", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}"),
            Map.entry("decimal", "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":5,\"scale\":2}"),
            Map.entry(
                    "fixed-decimal",
                    "{\"type\":\"fixed\",\"name\":\"D\",\"size\":4,\"logicalType\":\"decimal\",\"precision\":5,\"scale\":2}"),
            Map.entry("date", logical("int", "date")),
            Map.entry("time-millis", logical("int", "time-millis")),
            Map.entry("time-micros", logical("long", "time-micros")),
            Map.entry("timestamp-millis", logical("long", "timestamp-millis")),
            Map.entry("timestamp-micros", logical("long", "timestamp-micros")),
            Map.entry("local-timestamp-millis", logical("long", "local-timestamp-millis")),
            Map.entry("local-timestamp-micros", logical("long", "local-timestamp-micros")),
            Map.entry("array", "{\"type\":\"array\",\"items\":\"int\"}"),
            Map.entry("map", "{\"type\":\"map\",\"values\":[\"null\",\"int\"]}"),
            Map.entry(
                    "record",
                    "{\"type\":\"record\",\"name\":\"P\",\"fields\":[{\"name\":\"price\",\"type\":\"double\"}]}"),
            Map.entry(
                    "records",
                    "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"P\",\"fields\":"
                            + "[{\"name\":\"price\",\"type\":\"double\"}]}}"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            string | "a" | a
            boolean | false | false
            int | -2147483648 | -2147483648
            long | 9223372036854775807 | 9223372036854775807
            float | 1 | 1.0
            double | 1e3 | 1000.0
            bytes | "/0E=" | \u00ffA
            bytes | "" | ``
            uuid | "0F8FAD5B-d9cb-469f-a165-70867728950e" | 0F8FAD5B-d9cb-469f-a165-70867728950e
            enum | "GREEN" | GREEN
            fixed | "/0E=" | \u00ffA
            date | "2015-05-17" | 16572
            date | "0001-01-01" | -719162
            time-millis | "23:59:59.9999" | 86399999
            time-millis | 1 | 1
            time-micros | "00:00:00.000001" | 1
            time-micros | 86399999999 | 86399999999
            timestamp-millis | "2015-05-17T12:05:00.1239+02:00" | 1431857100123
            timestamp-millis | -1 | -1
            timestamp-micros | "2015-05-17T10:05:00.123456789Z" | 1431857100123456
            timestamp-micros | "1969-12-31T23:59:59.999999Z" | -1
            timestamp-micros | 1431857100123456 | 1431857100123456
            local-timestamp-millis | "2015-05-17T10:05:00.123" | 1431857100123
            local-timestamp-millis | 5 | 5
            local-timestamp-micros | "2015-05-17T10:05" | 1431857100000000
            array | [] | []
            array | [1,2] | [1, 2]
            map | {"":null} | {=null}
            map | {"a":1} | {a=1}
            record | {"price":1.5} | {price=1.5}
            records | [{"price":1},{"price":2}] | [{price=1.0}, {price=2.0}]
            """)
    void aValueIsReadAsTheContractsReaderStoresIt(String type, String json, String stored) throws Exception {
        assertThat(roundTrip(type, json)).hasToString(stored);
        assertThat(roundTrip("maybe " + type, json)).hasToString(stored);
        assertThat(roundTrip("maybe " + type, "null")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            12.5 | 12.50
            "12.5" | 12.50
            -999.99 | -999.99
            1e2 | 100.00
            0.010 | 0.01
            "0E-5000000" | 0.00
            0 | 0.00
            0.1 | 0.10
            """)
    void aDecimalKeepsEveryDigit(String json, String number) throws Exception {
        String schema = contract("decimal");
        Object value = new WrittenByConverter(new Schema.Parser().parse(schema))
                .read("{\"f\":" + json + "}")
                .get("f");
        assertThat(value).isEqualTo(new BigDecimal(number));
        byte[] stored =
                RoundTripTest.plain(roundTrip("fixed-decimal", json)).toString().getBytes("ISO-8859-1");
        assertThat(stored).hasSize(4);
        assertThat(new BigDecimal(new java.math.BigInteger(stored), 2)).isEqualTo(new BigDecimal(number));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            bytes | "a" | f | must be base64 text, not "a"
            bytes | [1] | f | must be base64 text, not an array
            uuid | "0f8fad5b" | f | must be a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e, not "0f8fad5b"
            enum | "GREE" | f | must be one of RED, GREEN, not "GREE"; did you mean GREEN?
            enum | 1 | f | must be one of RED, GREEN, not 1
            fixed | "AAEC" | f | must be base64 text of 2 bytes, not "AAEC"
            decimal | 1.001 | f | must be a decimal number of at most 5 digits, 2 of them after the point, not 1.001
            decimal | 1000 | f | must be a decimal number of at most 5 digits, 2 of them after the point, not 1000
            decimal | "1e999999999" | f | must be a decimal number of at most 5 digits, 2 of them after the point, not "1e999999999"
            decimal | "1e-999999999" | f | must be a decimal number of at most 5 digits, 2 of them after the point, not "1e-999999999"
            decimal | "x" | f | must be a decimal number of at most 5 digits, 2 of them after the point, not "x"
            decimal | true | f | must be a decimal number of at most 5 digits, 2 of them after the point, not true
            fixed-decimal | 1000 | f | must be a decimal number of at most 5 digits, 2 of them after the point, not 1000
            date | "2015-02-29" | f | must be an ISO-8601 date such as 2015-05-17, not "2015-02-29"
            date | 16572 | f | must be an ISO-8601 date such as 2015-05-17, not 16572
            date | "+12015-02-01" | f | must be an ISO-8601 date such as 2015-05-17, not "+12015-02-01"
            time-millis | 86400000 | f | must be an ISO-8601 time of day such as 10:05:00.123, or milliseconds since midnight, not 86400000
            time-micros | "24:00:00" | f | must be an ISO-8601 time of day such as 10:05:00.123456, or microseconds since midnight, not "24:00:00"
            timestamp-micros | "2015-05-17T10:05:00" | f | must be an ISO-8601 time with a zone, such as 2015-05-17T10:05:00.123456Z, or microseconds since 1970, not "2015-05-17T10:05:00"
            timestamp-micros | 9223372036854775807 | f | must be an ISO-8601 time with a zone, such as 2015-05-17T10:05:00.123456Z, or microseconds since 1970, not 9223372036854775807
            timestamp-micros | 1.5 | f | must be an ISO-8601 time with a zone, such as 2015-05-17T10:05:00.123456Z, or microseconds since 1970, not 1.5
            local-timestamp-millis | "2015-05-17T10:05:00Z" | f | must be an ISO-8601 time without a zone, such as 2015-05-17T10:05:00, or milliseconds since 1970, not "2015-05-17T10:05:00Z"
            array | {} | f | must be an array, not an object
            array | [1,"b"] | f[1] | must be a whole number of 32 bits, not "b"
            array | [1,2,null] | f[2] | must be a whole number of 32 bits, not null
            map | [] | f | must be an object, not an array
            map | {"a.b":"c"} | f["a.b"] | must be a whole number of 32 bits, not "c"
            map | {"a":1,"a":2} | f["a"] | appears twice
            record | 1 | f | must be an object, not 1
            record | {"prise":1} | f.prise | is not a field of the contract; did you mean price?
            record | {"price":1,"price":1} | f.price | appears twice
            record | {} | f.price | is missing; must be a number
            records | [{"price":1},{"price":1},{"price":"2"}] | f[2].price | must be a number, not "2"
            records | [null] | f[0] | must be an object, not null
            """)
    void aValueThatDoesNotFitIsRefusedWithItsPath(String type, String json, String path, String reason) {
        InvalidValue refusal = catchThrowableOfType(InvalidValue.class, () -> roundTrip(type, json));
        assertThat(refusal).as("a refusal").isNotNull();
        assertThat(refusal.path()).isEqualTo(path);
        assertThat(refusal.reason()).isEqualTo(reason);
        if (!json.equals("null")) {
            assertThat(catchThrowableOfType(InvalidValue.class, () -> roundTrip("maybe " + type, json))
                            .reason())
                    .isEqualTo(reason);
        }
    }

    @Test
    void everyTypeButTheNullableRefusesNull() {
        for (String type : TYPES.keySet()) {
            InvalidValue refusal = catchThrowableOfType(InvalidValue.class, () -> roundTrip(type, "null"));
            assertThat(refusal).as(type).isNotNull();
            assertThat(refusal.reason()).as(type).startsWith("must be ").endsWith(", not null");
        }
    }

    @Test
    @Timeout(5)
    void aDecimalOfManyDigitsIsRefusedWithoutBeingParsed() {
        String digits = "\"" + "9".repeat(400_000) + "\"";
        assertThat(catchThrowableOfType(InvalidValue.class, () -> roundTrip("decimal", digits))
                        .path())
                .isEqualTo("f");
    }

    @Test
    void anExplicitNullIsNotReplacedByADefaultThatIsNotNull() throws Exception {
        String avro = "{\"type\":\"record\",\"name\":\"R\",\"fields\":"
                + "[{\"name\":\"f\",\"type\":[\"int\",\"null\"],\"default\":7}]}";
        WrittenByConverter written = new WrittenByConverter(new Schema.Parser().parse(avro));
        assertThat(written.roundTrip("{\"f\":null}").get("f")).isNull();
        assertThat(written.roundTrip("{}").get("f")).isEqualTo(7);
    }

    @Test
    void whatGrowsWithTheElementsIsChargedWhileItIsRead() {
        RecordType type = RecordType.of(new Schema.Parser().parse(contract("records")));
        long[] charged = {0};
        String json = "{\"f\":[" + "{\"price\":1},".repeat(999) + "{\"price\":1}]}";
        try (var parser = new com.fasterxml.jackson.core.JsonFactory().createParser(json)) {
            parser.nextToken();
            type.readFields(parser, new ReadContext("", "", 0, () -> "", bytes -> charged[0] += bytes));
        } catch (IOException | InvalidValue e) {
            throw new AssertionError(e);
        }
        assertThat(charged[0]).isBetween(64_000L, 200_000L);
    }

    @Test
    void keysAreWrittenAsTheStoresWriteThem() throws Exception {
        List<String> keys = List.of(
                keyText("date", "\"2015-05-17\""),
                keyText("time-millis", "\"10:05\""),
                keyText("time-micros", "\"10:05:00.5\""),
                keyText("timestamp-millis", "\"2015-05-17T10:05:00Z\""),
                keyText("timestamp-micros", "\"2015-05-17T10:05:00.000001Z\""),
                keyText("local-timestamp-millis", "\"2015-05-17T10:05\""),
                keyText("decimal", "12.5"),
                keyText("fixed-decimal", "-12.5"),
                keyText("fixed", "\"/wA=\""),
                keyText("enum", "\"RED\""),
                keyText("boolean", "true"));
        assertThat(keys)
                .containsExactly(
                        "2015-05-17",
                        "10:05:00",
                        "10:05:00.5",
                        "2015-05-17T10:05:00Z",
                        "2015-05-17T10:05:00.000001Z",
                        "2015-05-17T10:05:00",
                        "12.50",
                        "-12.50",
                        "/wA=",
                        "RED",
                        "true");
    }

    private static String keyText(String type, String json) throws IOException, InvalidValue {
        Schema schema = new Schema.Parser().parse(contract(type));
        Object value =
                new WrittenByConverter(schema).read("{\"f\":" + json + "}").get("f");
        return RecordType.of(schema).type("f").orElseThrow().keyText(value);
    }

    private static Object roundTrip(String type, String json) throws IOException, InvalidValue {
        GenericRecord record =
                new WrittenByConverter(new Schema.Parser().parse(contract(type))).roundTrip("{\"f\":" + json + "}");
        return RoundTripTest.plain(record.get("f"));
    }

    private static String contract(String type) {
        boolean maybe = type.startsWith("maybe ");
        String schema = TYPES.get(maybe ? type.substring("maybe ".length()) : type);
        return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":"
                + (maybe ? "[\"null\"," + schema + "]" : schema) + "}]}";
    }

    private static String logical(String type, String name) {
        return "{\"type\":\"" + type + "\",\"logicalType\":\"" + name + "\"}";
    }
}
