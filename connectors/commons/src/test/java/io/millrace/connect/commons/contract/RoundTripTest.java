package io.millrace.connect.commons.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/** What a reader with the contract's schema gets of an event that the real converter has written. */
class RoundTripTest {

    @Property(tries = 300)
    void everyEventOfEveryContractIsReadAsItWasSent(@ForAll long seed) throws Exception {
        RandomContract random = new RandomContract(seed);
        Schema contract = parsed(random.record(3));
        Map<?, ?> event = random.event(contract);
        String json = random.json(contract, event).toString();
        assertThat(plain(new WrittenByConverter(contract).roundTrip(json))).isEqualTo(event);
    }

    @Property(tries = 300)
    void aFieldThatIsLeftOutHasTheDefaultOfTheContract(@ForAll long seed) throws Exception {
        RandomContract random = new RandomContract(seed);
        Schema contract = parsed(random.record(3));
        Map<String, Object> expected = new LinkedHashMap<>();
        ObjectNode json = (ObjectNode) random.json(contract, random.event(contract));
        for (Schema.Field field : contract.getFields()) {
            if (field.hasDefaultValue()) {
                json.remove(field.name());
                expected.put(field.name(), plain(GenericData.get().getDefaultValue(field)));
            }
        }
        Map<?, ?> read = (Map<?, ?>) plain(new WrittenByConverter(contract).roundTrip(json.toString()));
        expected.forEach((name, value) -> assertThat(read.get(name)).as(name).isEqualTo(value));
    }

    @Property(tries = 300)
    void theSchemaThatTheConverterRegistersCanReadTheContractsRecordsAndTheOtherWayRound(@ForAll long seed) {
        Schema contract = parsed(new RandomContract(seed).record(3));
        Schema written = new WrittenByConverter(contract).written();
        assertThat(compatibility(written, contract)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(compatibility(contract, written)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getType();
    }

    private static Schema parsed(Schema schema) {
        return new Schema.Parser().parse(schema.toString());
    }

    static Object plain(Object value) {
        if (value instanceof IndexedRecord record) {
            Map<String, Object> fields = new LinkedHashMap<>();
            record.getSchema().getFields().forEach(field -> fields.put(field.name(), plain(record.get(field.pos()))));
            return fields;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(RoundTripTest::plain).collect(java.util.ArrayList::new, List::add, List::addAll);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> entries = new LinkedHashMap<>();
            map.forEach((key, entry) -> entries.put(key.toString(), plain(entry)));
            return entries;
        }
        if (value instanceof ByteBuffer bytes) {
            return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
        }
        if (value instanceof GenericFixed fixed) {
            return new String(fixed.bytes(), StandardCharsets.ISO_8859_1);
        }
        return value == null || value instanceof Number || value instanceof Boolean ? value : value.toString();
    }
}
