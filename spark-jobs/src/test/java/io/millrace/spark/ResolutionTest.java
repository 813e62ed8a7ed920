package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class ResolutionTest {
    private static final String MILLIS = "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}";
    private static final String MICROS = "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
    private static final String COLOUR = "{\"type\":\"enum\",\"name\":\"Colour\",\"symbols\":[\"RED\",\"BLUE\"]}";
    private static final String HASH = "{\"type\":\"fixed\",\"name\":\"Hash\",\"size\":2}";

    @Test
    void aContractThatIsWrittenAsItStandsIsReadAsItStands() {
        Schema contract = schema("Thing", "c", COLOUR, "h", HASH, "t", MICROS, "n", "[\"null\",\"long\"]");
        assertThat(Resolution.of(schema("Thing", "c", COLOUR, "h", HASH, "t", MICROS, "n", "\"int\""), contract)
                        .reader())
                .isSameAs(contract);
    }

    @Test
    void anEnumThatWasWrittenAsAStringIsOneAgain() {
        Schema colour = new Schema.Parser().parse(COLOUR);
        Object red = new GenericData.EnumSymbol(colour, "RED");
        assertThat(read(schema("Other", "x", "\"string\""), "RED", COLOUR)).isEqualTo(red);
        Schema optional = schema("Other", "x", "[\"null\",\"string\"]");
        assertThat(read(optional, "RED", "[\"null\"," + COLOUR + "]")).isEqualTo(red);
        assertThat(read(optional, null, "[\"null\"," + COLOUR + "]")).isNull();
        Schema renamed = schema("Thing", "x", COLOUR.replace("Colour", "Color"));
        Object written = new GenericData.EnumSymbol(renamed.getField("x").schema(), "BLUE");
        assertThat(read(renamed, written, COLOUR)).isEqualTo(new GenericData.EnumSymbol(colour, "BLUE"));
    }

    @Test
    void aTextThatIsNoSymbolIsTheDefaultOrUnreadable() {
        Schema text = schema("Other", "x", "\"string\"");
        String withDefault = COLOUR.replace("]}", "],\"default\":\"BLUE\"}");
        assertThat(read(text, "PINK", withDefault)).hasToString("BLUE");
        assertThat(decode(text, "PINK", COLOUR))
                .isEqualTo(new Decoded.Unreadable(
                        "the record of schema 1 does not fit the contract: a text is none of the symbols of Colour",
                        Optional.of(1)));
    }

    @Test
    void aFixedThatWasWrittenAsBytesIsOneAgain() {
        Schema hash = new Schema.Parser().parse(HASH);
        Schema bytes = schema("Other", "x", "\"bytes\"");
        assertThat(read(bytes, ByteBuffer.wrap(new byte[] {1, 2}), HASH))
                .isEqualTo(new GenericData.Fixed(hash, new byte[] {1, 2}));
        assertThat(((Decoded.Unreadable) decode(bytes, ByteBuffer.wrap(new byte[3]), HASH)).reason())
                .endsWith("there are 3 bytes where Hash has 2");
        Schema renamed = schema("Thing", "x", HASH.replace("Hash", "Digest"));
        Object fixed = new GenericData.Fixed(renamed.getField("x").schema(), new byte[] {3, 4});
        assertThat(read(renamed, fixed, HASH)).isEqualTo(new GenericData.Fixed(hash, new byte[] {3, 4}));
    }

    @Test
    void aDecimalKeepsItsValue() {
        String bytes = "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":64,\"scale\":%d}";
        String fixed = "{\"type\":\"fixed\",\"name\":\"Money\",\"size\":4,\"logicalType\":\"decimal\","
                + "\"precision\":9,\"scale\":2}";
        Object minusOneAndAHalf = ByteBuffer.wrap(new byte[] {(byte) 0xf1});
        Schema money = new Schema.Parser().parse(fixed);
        assertThat(read(schema("Other", "x", String.format(bytes, 1)), minusOneAndAHalf, fixed))
                .isEqualTo(new GenericData.Fixed(money, new byte[] {-1, -1, -1, (byte) -150}));
        assertThat(read(schema("Other", "x", String.format(bytes, 2)), minusOneAndAHalf, fixed))
                .isEqualTo(new GenericData.Fixed(money, new byte[] {-1, -1, -1, (byte) -15}));
    }

    @Test
    void aTimeIsReadInTheUnitThatItWasWrittenIn() {
        assertThat(read(schema("Thing", "x", MILLIS), 1_500L, MICROS)).isEqualTo(1_500_000L);
        assertThat(read(schema("Thing", "x", MICROS), -1L, MILLIS)).isEqualTo(-1L);
        assertThat(read(schema("Thing", "x", "[\"null\"," + MILLIS + "]"), 5L, "[\"null\"," + MICROS + "]"))
                .isEqualTo(5_000L);
        // A number without a unit has the contract's.
        Schema contract = schema("Thing", "x", MICROS);
        assertThat(Resolution.of(schema("Thing", "x", "\"long\""), contract).reader())
                .isSameAs(contract);
    }

    @Test
    void whatIsInsideIsReadInTheSameWay() {
        String array = "{\"type\":\"array\",\"items\":%s}";
        String map = "{\"type\":\"map\",\"values\":%s}";
        String inner = "{\"type\":\"record\",\"name\":\"Inner\",\"fields\":[{\"name\":\"y\",\"type\":%s}]}";
        for (String around : new String[] {array, map, inner}) {
            Schema written = schema("Thing", "x", String.format(around, "\"string\""));
            Schema contract = schema("Thing", "x", String.format(around, COLOUR));
            Resolution resolution = Resolution.of(written, contract);
            assertThat(resolution.reader()).isNotEqualTo(contract);
            assertThat(resolution.mismatch()).isEmpty();
        }
    }

    @Test
    void aRecordThatContainsItselfEnds() {
        String node = "{\"type\":\"record\",\"name\":\"%s\",\"fields\":[{\"name\":\"c\",\"type\":%s},"
                + "{\"name\":\"next\",\"type\":[\"null\",\"%s\"],\"default\":null}]}";
        Schema written = schema("Thing", "x", String.format(node, "Node", "\"string\"", "Node"));
        Schema contract = schema("Thing", "x", String.format(node, "Node", COLOUR, "Node"));
        assertThat(Resolution.of(written, contract).mismatch()).isEmpty();
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Schema contract = schema("Thing", "x", "\"int\"", "y", "\"string\"");
        assertThat(Resolution.of(schema("Thing", "x", "\"int\""), contract).mismatch())
                .contains("y is not in the written schema and has no default in the contract");
        assertThat(Resolution.of(schema("Thing", "x", "\"string\"", "y", "\"string\""), contract)
                        .mismatch()
                        .orElseThrow())
                .contains("/fields/0/type");
    }

    private static Object read(Schema writer, Object value, String type) {
        return ((Decoded.Value) decode(writer, value, type)).record().get("x");
    }

    private static Decoded decode(Schema writer, Object value, String type) {
        GenericRecord record = new GenericData.Record(writer);
        record.put("x", value);
        byte[] bytes = TestCodecs.encoder(writer, 1).encode(record);
        return TestCodecs.decoder(Map.of(1, writer), schema("Thing", "x", type)).decode(bytes);
    }

    /** @param fields names and types, in pairs; a union begins with null, which is its default */
    private static Schema schema(String name, String... fields) {
        StringBuilder json = new StringBuilder("{\"type\":\"record\",\"name\":\"" + name + "\",\"fields\":[");
        for (int i = 0; i < fields.length; i += 2) {
            json.append(i == 0 ? "" : ",").append("{\"name\":\"" + fields[i] + "\",\"type\":" + fields[i + 1]);
            json.append(fields[i + 1].startsWith("[") ? ",\"default\":null}" : "}");
        }
        return new Schema.Parser().parse(json.append("]}").toString());
    }
}
