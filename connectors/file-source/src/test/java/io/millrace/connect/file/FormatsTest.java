package io.millrace.connect.file;

import static io.millrace.connect.file.TaskDriver.header;
import static io.millrace.connect.file.TaskDriver.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.file.CodecFactory;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the content of files, and that each format is read on from any record. */
class FormatsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"a.ndjson", "a.ndjson.gz", "a.ndjson.zst", "two-members.gz", "two-frames.zst"})
    void linesOfEveryCompressionAreReadOnFromAnyRecord(String name) throws Exception {
        List<String> lines = Made.json(300);
        byte[] first = Made.text(lines.subList(0, 100));
        byte[] second = Made.text(lines.subList(100, 300));
        byte[] all = Made.both(first, second);
        Files.write(
                folder.resolve(name),
                switch (name) {
                    case "a.ndjson.gz" -> Made.gzip(all);
                    case "a.ndjson.zst" -> Made.zstd(all);
                    case "two-members.gz" -> Made.both(Made.gzip(first), Made.gzip(second));
                    case "two-frames.zst" -> Made.both(Made.zstd(first), Made.zstd(second));
                    default -> all;
                });
        Map<String, String> config = TaskDriver.config(folder, "ndjson");
        config.put("value.format", "string");
        assertEveryRestartGoesOn(config, lines);
    }

    @Test
    void avroIsReadOnFromAnyRecord() throws Exception {
        Files.write(folder.resolve("a.avro"), Made.avro(Made.orders(100), CodecFactory.snappyCodec()));
        assertEveryRestartGoesOn(TaskDriver.config(folder, "avro"), orders(100));
    }

    @ParameterizedTest
    @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"})
    void parquetIsReadOnFromAnyRecord(CompressionCodecName codec) throws Exception {
        Files.write(folder.resolve("a.parquet"), Made.parquet(Made.orders(300), codec));
        assertEveryRestartGoesOn(TaskDriver.config(folder, "parquet"), orders(300));
    }

    @Test
    void recordsOfAvroBecomeStructsOfTheSchemaOfTheFile() throws Exception {
        Files.write(folder.resolve("a.avro"), Made.avro(Made.orders(5), CodecFactory.deflateCodec(6)));
        try (TaskDriver driver = new TaskDriver(TaskDriver.config(folder, "avro"), new HashMap<>())) {
            List<SourceRecord> records = driver.fetch(5);
            Struct value = (Struct) records.get(4).value();
            assertThat(value.schema().name()).isEqualTo("shop.Order");
            assertThat(value.schema().field("total").schema()).isEqualTo(Schema.OPTIONAL_FLOAT64_SCHEMA);
            assertThat(value.getInt64("id")).isEqualTo(4);
            assertThat(value.getString("visitor")).isEqualTo("v4");
            assertThat(value.getFloat64("total")).isEqualTo(1.0);
            assertThat(value.getArray("tags")).isEqualTo(List.of("t4", "é"));
            assertThat(((Struct) records.get(3).value()).get("total")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"avro", "parquet"})
    void recordsOfAvroAndParquetAreReadIntoAContract(String format) throws Exception {
        org.apache.avro.Schema schema = org.apache.avro.SchemaBuilder.record("Visit")
                .namespace("test")
                .fields()
                .requiredString("event_id")
                .requiredString("visitor")
                .requiredString("other")
                .endRecord();
        org.apache.avro.generic.GenericRecord visit = new org.apache.avro.generic.GenericData.Record(schema);
        visit.put("event_id", "e1");
        visit.put("visitor", "ann");
        visit.put("other", "not of the contract");
        Files.write(
                folder.resolve("a"),
                format.equals("avro")
                        ? Made.avro(List.of(visit), CodecFactory.nullCodec())
                        : Made.parquet(List.of(visit), CompressionCodecName.SNAPPY));
        Map<String, String> config = contract(format);
        config.put("quarantine.topic", "set-aside");
        try (TaskDriver driver = new TaskDriver(config, new HashMap<>())) {
            assertThat(header(driver.fetch(1).get(0), Records.REASON)).contains("field other", "unknown.fields=ignore");
        }
        config.put("unknown.fields", "ignore");
        try (TaskDriver driver = new TaskDriver(config, new HashMap<>())) {
            SourceRecord record = driver.fetch(1).get(0);
            assertThat(record.key()).isEqualTo("ann");
            assertThat(header(record, Records.ID)).isEqualTo("e1");
            Struct value = (Struct) record.value();
            assertThat(value.schema().name()).isEqualTo("test.Visit");
            assertThat(value.schema().field("other")).isNull();
            assertThat(value.get("pages")).isNull();
            assertThat(value.getBoolean("known")).isFalse();
        }
    }

    @Test
    void cellsOfCsvBecomeWhatTheTypesOfTheContractAre() throws Exception {
        Files.writeString(
                folder.resolve("a.csv"),
                """
                visitor,pages,spent,at,known
                "ann, the first",3,12.5,2015-05-17T10:05:00Z,TRUE
                bob,,,1431857100000,false
                "",x,,,
                """);
        Map<String, String> config = contract("csv");
        config.put("quarantine.topic", "set-aside");
        try (TaskDriver driver = new TaskDriver(config, new HashMap<>())) {
            List<SourceRecord> records = driver.fetch(3);
            Struct ann = (Struct) records.get(0).value();
            assertThat(records.get(0).key()).isEqualTo("ann, the first");
            assertThat(ann.get("pages")).isEqualTo(3);
            assertThat(ann.get("spent")).isEqualTo(new BigDecimal("12.50"));
            assertThat(ann.get("at")).isEqualTo(new Date(1_431_857_100_000L));
            assertThat(ann.get("known")).isEqualTo(true);
            Struct bob = (Struct) records.get(1).value();
            assertThat(bob.get("pages")).isNull();
            assertThat(bob.get("at")).isEqualTo(new Date(1_431_857_100_000L));
            assertThat(records.get(2).topic()).isEqualTo("set-aside");
            assertThat(header(records.get(2), Records.FIELD)).isEqualTo("pages");
            assertThat(header(records.get(2), Records.REASON)).contains("whole number of 32 bits");
        }
    }

    @Test
    void rowsOfCsvAreReadOnFromAnyRecordThoughTheHeaderIsBehind() throws Exception {
        StringBuilder text = new StringBuilder("a;b\r\n");
        for (int i = 0; i < 50; i++) {
            text.append(i).append(";\"x\ny\"\r\n");
        }
        Files.write(folder.resolve("a.csv.gz"), Made.gzip(text.toString().getBytes(StandardCharsets.UTF_8)));
        Map<String, String> config = TaskDriver.config(folder, "csv");
        config.put("csv.delimiter", ";");
        config.put("value.format", "schema");
        assertEveryRestartGoesOn(
                config,
                IntStream.range(0, 50)
                        .mapToObj(i -> "Struct{a=" + i + ",b=x\ny}")
                        .toList());
    }

    @Test
    void csvWithoutAHeaderHasItsColumnsFromTheConfiguration() throws Exception {
        Files.writeString(folder.resolve("a.csv"), "1\t2\n");
        Map<String, String> config = TaskDriver.config(folder, "csv");
        config.put("csv.delimiter", "tab");
        config.put("csv.columns", "x, y");
        config.put("value.format", "schema");
        try (TaskDriver driver = new TaskDriver(config, new HashMap<>())) {
            assertThat(values(driver.fetch(1))).containsExactly("Struct{x=1,y=2}");
        }
    }

    @Test
    void linesOfAWebServersLogKeepTheContractOfWebEvents() throws Exception {
        Files.writeString(
                folder.resolve("access.log"),
                "83.149.9.216 - - [17/May/2015:10:05:03 +0000] \"GET /a?b=c HTTP/1.1\" 200 203023 \"-\" \"Mozilla\"\n"
                        + "no log at all\n");
        Map<String, String> config = TaskDriver.config(folder, "combined");
        config.put("topic", "web.events");
        config.put("errors.tolerance", "all");
        try (TaskDriver driver = new TaskDriver(config, new HashMap<>())) {
            List<SourceRecord> records = driver.fetch(1);
            driver.rest();
            assertThat(records).hasSize(1);
            Struct value = (Struct) records.get(0).value();
            assertThat(records.get(0).key()).isEqualTo("83.149.9.216");
            assertThat(value.getString("page")).isEqualTo("/a");
            assertThat(value.getInt32("status")).isEqualTo(200);
            assertThat(value.getString("event_id")).isEqualTo(header(records.get(0), Records.ID));
            assertThat(driver.metric("malformed-total")).isEqualTo(1);
            assertThat(driver.metric("dropped-total")).isEqualTo(1);
        }
    }

    @Test
    void malformedLinesAreSetAsideWithReasonAndPlaceAndTheRestIsRead() throws Exception {
        List<byte[]> lines = List.of(
                bytes("{\"visitor\":\"a\"}"),
                bytes("{\"visitor\":"),
                bytes("{\"visitor\":1}"),
                bytes("{\"visitor\":\"b\",\"nobody\":2}"),
                new byte[] {'{', '"', (byte) 0xff, '"', '}'},
                bytes("[".repeat(5_000)),
                bytes("{\"visitor\":\"" + "x".repeat(3_000) + "\"}"),
                bytes("{} {}"),
                bytes("{\"visitor\":\"c\"}"));
        byte[] content = new byte[0];
        for (byte[] line : lines) {
            content = Made.both(content, Made.both(line, bytes("\n")));
        }
        Files.write(folder.resolve("a.ndjson"), content);
        Map<String, String> config = contract("ndjson");
        config.put("quarantine.topic", "set-aside");
        config.put("max.record.bytes", "2000");
        try (TaskDriver driver = new TaskDriver(config, new HashMap<>())) {
            List<SourceRecord> records = driver.fetch(9);
            assertThat(records)
                    .extracting(SourceRecord::topic)
                    .containsExactly(
                            "test.visits",
                            "set-aside",
                            "set-aside",
                            "set-aside",
                            "set-aside",
                            "set-aside",
                            "set-aside",
                            "set-aside",
                            "test.visits");
            assertThat(records.subList(1, 8)).allSatisfy(record -> {
                assertThat(header(record, Records.REASON)).isNotBlank();
                assertThat(header(record, Records.WANTED_TOPIC)).isEqualTo("test.visits");
                assertThat(header(record, Records.PATH)).isEqualTo("a.ndjson");
            });
            assertThat(header(records.get(3), Records.FIELD)).isEqualTo("nobody");
            assertThat(header(records.get(3), Records.POSITION))
                    .isEqualTo(Integer.toString(lines.get(0).length + lines.get(1).length + lines.get(2).length + 3));
            assertThat(header(records.get(3), Records.RECORD)).isEqualTo("4");
            assertThat(header(records.get(6), Records.REASON)).contains("max.record.bytes=2000");
            assertThat((byte[]) records.get(3).value()).isEqualTo(lines.get(3));
            assertThat(driver.metric("quarantined-total")).isEqualTo(7);
        }
        config.put("unknown.fields", "ignore");
        try (TaskDriver driver = new TaskDriver(config, new HashMap<>())) {
            assertThat(driver.fetch(9).get(3).topic()).isEqualTo("test.visits");
        }
    }

    @Test
    void aMalformedLineFailsTheTaskWithOneSentenceUnlessSomethingElseIsAskedFor() throws Exception {
        Files.writeString(folder.resolve("a.ndjson"), "{\"visitor\":\"a\"}\nnothing\n");
        try (TaskDriver driver = new TaskDriver(contract("ndjson"), new HashMap<>())) {
            assertThatThrownBy(() -> driver.fetch(2))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Record 2 of a.ndjson cannot be written")
                    .hasMessageContaining("quarantine.topic");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut.gz", "damaged.zst", "no-avro", "cut.parquet"})
    void aFileThatCannotBeReadToItsEndIsSetAsideAfterWhatIsGoodOfIt(String name) throws Exception {
        byte[] good = Made.gzip(Made.text(Made.json(1_000)));
        byte[] zstd = Made.zstd(Made.text(Made.json(1_000)));
        zstd[zstd.length / 2] ^= 0x55;
        byte[] parquet = Made.parquet(Made.orders(300), CompressionCodecName.SNAPPY);
        parquet[300] ^= 0x55;
        parquet[301] ^= 0x55;
        String format = name.equals("no-avro") ? "avro" : name.equals("cut.parquet") ? "parquet" : "ndjson";
        Files.write(
                folder.resolve(name),
                switch (name) {
                    case "cut.gz" -> Arrays.copyOf(good, good.length / 2);
                    case "damaged.zst" -> zstd;
                    case "no-avro" -> bytes("this is text");
                    default -> Arrays.copyOf(parquet, parquet.length - 20);
                });
        Map<String, String> config = TaskDriver.config(folder, format);
        config.put("quarantine.topic", "set-aside");
        config.put("cleanup", "delete");
        if (format.equals("ndjson")) {
            config.put("value.format", "string");
        }
        Map<Map<String, ?>, Map<String, Object>> offsets = new HashMap<>();
        try (TaskDriver driver = new TaskDriver(config, offsets)) {
            List<SourceRecord> records = new ArrayList<>(driver.fetch(1));
            while (!records.get(records.size() - 1).topic().equals("set-aside")) {
                records.addAll(driver.fetch(1));
            }
            SourceRecord last = records.get(records.size() - 1);
            assertThat(header(last, Records.REASON)).contains("cannot be read from here on");
            assertThat(values(records.subList(0, records.size() - 1)))
                    .isEqualTo(Made.json(1_000).subList(0, records.size() - 1));
            driver.store();
            assertThat(driver.rest()).isEmpty();
            assertThat(driver.metric("broken-files-total")).isEqualTo(1);
        }
        assertThat(folder.resolve(name)).as("left for somebody to look at").exists();
        try (TaskDriver driver = new TaskDriver(config, offsets)) {
            assertThat(driver.rest()).as("after a restart").isEmpty();
        }
    }

    private Map<String, String> contract(String format) {
        Map<String, String> config = TaskDriver.config(folder, format);
        config.put("topic", "test.visits");
        config.put("value.format", "contract");
        config.put(
                "contracts.path", Path.of("src/test/contracts").toAbsolutePath().toString());
        return config;
    }

    /** Reads in batches of seven and starts anew with what was stored, after each of them. */
    private void assertEveryRestartGoesOn(Map<String, String> config, List<String> wanted) throws Exception {
        config.put("max.poll.records", "7");
        Map<Map<String, ?>, Map<String, Object>> offsets = new HashMap<>();
        List<SourceRecord> records = new ArrayList<>();
        while (records.size() < wanted.size()) {
            try (TaskDriver driver = new TaskDriver(config, offsets)) {
                records.addAll(driver.fetch(1));
                driver.store();
                // What else was read before the crash is not stored, and comes again.
                driver.turn();
            }
        }
        assertThat(values(records)).isEqualTo(wanted);
        assertThat(records).extracting(SourceRecord::sourceOffset).doesNotHaveDuplicates();
        assertThat(records).extracting(record -> header(record, Records.ID)).doesNotHaveDuplicates();
        try (TaskDriver driver = new TaskDriver(config, offsets)) {
            assertThat(driver.rest()).isEmpty();
        }
    }

    private static List<String> orders(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "Struct{id=" + i + ",visitor=v" + i % 7 + (i % 3 == 0 ? "" : ",total=" + i / 4.0)
                        + ",tags=[t" + i + ", é]}")
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
