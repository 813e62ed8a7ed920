package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A contract that uses every type of Avro, as its records are written by an Avro client and by Kafka Connect. */
class AvroTypesIT {
    private static final EventTable EVENTS = new EventTable("types_raw", "types", List.of("ts_micros"), true);
    private static final String COLUMNS = "e,a[1],m['k'],r.p,r.q[0],dec,fdec,d,cast(ts_millis as string),"
            + "cast(ts_micros as string),cast(lts as string),t_millis,t_micros,u,hex(fx),hex(b),i,l,f,g,flag,"
            + "o,rs[0].n,ms['k'].n,event_day";
    private static final String EXPECTED = "RED|y|1|7|s|12.34|-1.5|2024-02-29|2024-02-29 23:59:59.123|"
            + "2024-02-29 23:59:59.123456|2024-02-29 23:59:59.123456|86399123|86399123456|"
            + "123e4567-e89b-12d3-a456-426614174000|0102|FF00|-1|5000000000|1.5|2.5|true|null|3|4|2024-02-29";

    @TempDir
    Path folder;

    private Lake lake;

    @BeforeEach
    void open() {
        lake = new Lake(folder);
    }

    @Test
    void everyTypeIsAColumn() throws IOException {
        Schema contract = contract();
        append(contract, record(contract));

        assertThat(rows()).containsExactly(EXPECTED);
        assertThat(lake.sql("select typeof(e), typeof(dec), typeof(d), typeof(ts_micros), typeof(lts), typeof(fx),"
                                + " typeof(m), typeof(r) from types_raw")
                        .get(0)
                        .mkString("|"))
                .isEqualTo("string|decimal(6,2)|date|timestamp|timestamp_ntz|binary|map<string,int>|"
                        + "struct<p:int,q:array<string>>");
    }

    @Test
    void whatConnectWritesLandsInTheSameColumns() throws IOException {
        // No enum, no fixed, names of its own.
        String connect = contract()
                .toString()
                .replace(
                        "{\"type\":\"enum\",\"name\":\"Colour\",\"symbols\":[\"RED\",\"BLUE\"]}",
                        "{\"type\":\"string\",\"connect.name\":\"test.Colour\"}")
                .replace("\"items\":\"Colour\"", "\"items\":\"string\"")
                .replace("{\"type\":\"fixed\",\"name\":\"Two\",\"size\":2}", "\"bytes\"")
                .replace("{\"type\":\"fixed\",\"name\":\"Money\",\"size\":4,", "{\"type\":\"bytes\",")
                // Converters declare more digits than Spark has.
                .replace("\"precision\":6", "\"precision\":64")
                .replace("\"namespace\":\"test\"", "\"namespace\":\"io.confluent\"");
        Schema written = new Schema.Parser().parse(connect);
        append(contract(), record(written));

        assertThat(rows()).containsExactly(EXPECTED);
    }

    @Test
    void theTableIsThereWithItsColumnsBeforeItsFirstRow() {
        assertThat(EventWriter.schema(EVENTS, new ContractRows(contract(), lake::schema))
                        .fieldNames())
                .contains("e", "lts", "rs", "kafka_offset", "event_day");
    }

    private void append(Schema contract, GenericRecord record) {
        EventWriter writer =
                new EventWriter(EVENTS, new ContractRows(contract, lake::schema), lake.table(EVENTS.table()));
        byte[] good = lake.wire(record);
        // Something that cannot be read beside it, though no field of the contract has to be there.
        byte[] cutOff = java.util.Arrays.copyOf(good, good.length - 9);
        List<Row> batch = List.of(Lake.record("types", 0, 0, "k", good), Lake.record("types", 0, 1, "k", cutOff));
        writer.append(lake.batch(batch), "types/0");
    }

    private List<String> rows() {
        return lake.sql("select " + COLUMNS + " from types_raw").stream()
                .map(row -> row.mkString("|"))
                .toList();
    }

    private static GenericRecord record(Schema schema) throws IOException {
        String money = "\\u00ff\\u00ff\\u00ff\\u00f1";
        String json = "{\"e\":\"RED\",\"a\":[\"x\",\"y\"],\"m\":{\"k\":1},\"r\":{\"p\":7,\"q\":[\"s\"]},"
                + "\"dec\":\"\\u0004\\u00d2\",\"fdec\":\"" + money + "\",\"d\":19782,\"ts_millis\":1709251199123,"
                + "\"ts_micros\":1709251199123456,\"lts\":1709251199123456,\"t_millis\":86399123,"
                + "\"t_micros\":86399123456,\"u\":\"123e4567-e89b-12d3-a456-426614174000\",\"fx\":\"\\u0001\\u0002\""
                + ",\"b\":\"\\u00ff\\u0000\",\"i\":-1,\"l\":5000000000,\"f\":1.5,\"g\":2.5,\"flag\":true,\"o\":null,"
                + "\"rs\":[{\"n\":3}],\"ms\":{\"k\":{\"n\":4}},\"es\":[\"RED\"]}";
        return new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().jsonDecoder(schema, json));
    }

    /** Every field has a default, so none of them tells by itself whether a record could be read. */
    private static Schema contract() {
        return new Schema.Parser()
                .parse(
                        """
                {"type":"record","name":"Types","namespace":"test","fields":[
                 {"name":"e","type":{"type":"enum","name":"Colour","symbols":["RED","BLUE"]},"default":"RED"},
                 {"name":"a","type":{"type":"array","items":"string"},"default":[]},
                 {"name":"m","type":{"type":"map","values":"int"},"default":{}},
                 {"name":"r","type":{"type":"record","name":"Inner","fields":[{"name":"p","type":"int"},
                   {"name":"q","type":{"type":"array","items":"string"}}]}},
                 {"name":"dec","type":{"type":"bytes","logicalType":"decimal","precision":6,"scale":2}},
                 {"name":"fdec","type":{"type":"fixed","name":"Money","size":4,"logicalType":"decimal","precision":9,"scale":1}},
                 {"name":"d","type":{"type":"int","logicalType":"date"}},
                 {"name":"ts_millis","type":{"type":"long","logicalType":"timestamp-millis"}},
                 {"name":"ts_micros","type":{"type":"long","logicalType":"timestamp-micros"}},
                 {"name":"lts","type":{"type":"long","logicalType":"local-timestamp-micros"}},
                 {"name":"t_millis","type":{"type":"int","logicalType":"time-millis"}},
                 {"name":"t_micros","type":{"type":"long","logicalType":"time-micros"}},
                 {"name":"u","type":{"type":"string","logicalType":"uuid"}},
                 {"name":"fx","type":{"type":"fixed","name":"Two","size":2}},
                 {"name":"b","type":"bytes"},
                 {"name":"i","type":"int"},{"name":"l","type":"long"},{"name":"f","type":"float"},
                 {"name":"g","type":"double"},{"name":"flag","type":"boolean"},
                 {"name":"o","type":["null","string"],"default":null},
                 {"name":"rs","type":{"type":"array","items":{"type":"record","name":"N","fields":[
                   {"name":"n","type":"int"}]}}},
                 {"name":"ms","type":{"type":"map","values":"N"}},
                 {"name":"es","type":{"type":"array","items":"Colour"},"default":[]}]}
                """);
    }
}
