package io.millrace.connect.file;

import static io.millrace.connect.file.TaskDriver.header;
import static io.millrace.connect.file.TaskDriver.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.testing.Built;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.avro.file.CodecFactory;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects of a real S3 service. */
@Timeout(300)
class S3IT {
    private static S3Server s3;

    private final Map<Map<String, ?>, Map<String, Object>> offsets = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        s3 = S3Server.start(Path.of("target", "it", "file-s3-" + System.nanoTime()));
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
    }

    @Test
    void objectsOfEveryFormatAreReadOnWhereTheTaskWasKilled() throws Exception {
        List<String> lines = Made.json(500);
        s3.put("formats/ndjson/a.ndjson.gz", Made.gzip(Made.text(lines)));
        s3.put("formats/plain/a.ndjson", Made.text(lines));
        s3.put("formats/avro/a", Made.avro(Made.orders(500), CodecFactory.zstandardCodec(1)));
        s3.put("formats/parquet/a", Made.parquet(Made.orders(500), CompressionCodecName.SNAPPY));
        assertReadThroughKills("formats/ndjson", "lines", lines);
        assertReadThroughKills("formats/plain/", "lines", lines);
        List<String> orders = values(allOf("formats/avro", "avro"));
        assertThat(orders).hasSize(500).doesNotHaveDuplicates();
        assertReadThroughKills("formats/avro", "avro", orders);
        assertReadThroughKills("formats/parquet", "parquet", orders);
    }

    private List<SourceRecord> allOf(String prefix, String format) {
        try (TaskDriver driver = new TaskDriver(s3.config(prefix, format), new HashMap<>())) {
            return driver.fetch(500);
        }
    }

    private void assertReadThroughKills(String prefix, String format, List<String> wanted) throws Exception {
        Map<String, String> config = s3.config(prefix, format);
        config.put("max.poll.records", "150");
        List<SourceRecord> records = new ArrayList<>();
        offsets.clear();
        while (records.size() < wanted.size()) {
            try (TaskDriver driver = new TaskDriver(config, offsets)) {
                records.addAll(driver.fetch(1));
                driver.store();
                driver.turn();
            }
        }
        assertThat(values(records)).isEqualTo(wanted);
    }

    @Test
    void moreObjectsThanAPageOfTheListingHasAreReadByFourTasksEachOnce() throws Exception {
        int count = 1_010;
        IntStream.range(0, count).forEach(i -> s3.put("many/" + i, Made.text(List.of("o" + i))));
        FileSourceConnector connector = new FileSourceConnector();
        connector.start(s3.config("many", "lines"));
        Set<String> wanted = new HashSet<>();
        IntStream.range(0, count).forEach(i -> wanted.add("o" + i));
        List<String> read = new ArrayList<>();
        for (Map<String, String> task : connector.taskConfigs(4)) {
            try (TaskDriver driver = new TaskDriver(task, offsets)) {
                List<SourceRecord> share = new ArrayList<>(driver.fetch(1));
                share.addAll(driver.rest());
                driver.store();
                assertThat(share.size()).isBetween(count / 8, count / 2);
                read.addAll(values(share));
            }
        }
        assertThat(read).containsExactlyInAnyOrderElementsOf(wanted);
        connector.start(s3.config("many", "lines"));
        s3.put("many/0-late", Made.text(List.of("late")));
        try (TaskDriver driver = new TaskDriver(connector.taskConfigs(1).get(0), offsets)) {
            assertThat(values(driver.fetch(1))).containsExactly("late");
            assertThat(driver.rest()).isEmpty();
        }
    }

    @Test
    void aReplacedObjectIsReadAnewAndAnUnchangedOneIsNot() throws Exception {
        s3.put("replaced/a", Made.text(List.of("a1", "a2")));
        s3.put("replaced/b", Made.text(List.of("b")));
        try (TaskDriver driver = new TaskDriver(s3.config("replaced", "lines"), offsets)) {
            assertThat(values(driver.fetch(3))).containsExactly("a1", "a2", "b");
            driver.store();
            s3.put("replaced/a", Made.text(List.of("A1", "a2", "a3")));
            List<SourceRecord> records = driver.fetch(3);
            assertThat(values(records)).containsExactly("A1", "a2", "a3");
            assertThat(header(records.get(0), Records.PATH)).isEqualTo("a");
            driver.store();
        }
        try (TaskDriver driver = new TaskDriver(s3.config("replaced", "lines"), offsets)) {
            assertThat(driver.rest()).isEmpty();
        }
    }

    @Test
    void objectsAreMovedAndDeletedOnlyAfterTheCommitAlsoWhenAKillWasBetween() throws Exception {
        s3.put("cleanup/in/x/a", Made.text(List.of("1", "2")));
        Map<String, String> config = s3.config("cleanup/in/", "lines");
        config.put("cleanup", "move");
        config.put("cleanup.target", "cleanup/done");
        try (TaskDriver driver = new TaskDriver(config, offsets)) {
            driver.fetch(2);
            assertThat(driver.rest()).isEmpty();
            assertThat(s3.keys()).contains("cleanup/in/x/a");
            driver.store();
        }
        try (TaskDriver driver = new TaskDriver(config, offsets)) {
            assertThat(driver.rest()).isEmpty();
            assertThat(s3.keys()).contains("cleanup/done/x/a").doesNotContain("cleanup/in/x/a");
        }
        s3.put("cleanup/in/b", Made.text(List.of("3")));
        config.put("cleanup", "delete");
        config.put("cleanup.target", "");
        try (TaskDriver driver = new TaskDriver(config, offsets)) {
            driver.fetch(1);
            driver.store();
            driver.turn();
            assertThat(s3.keys()).doesNotContain("cleanup/in/b");
        }
    }

    @Test
    void aServiceThatIsKilledInTheMiddleOfAnObjectIsWaitedForAndNoRecordIsLostOrRepeated() throws Exception {
        // More than what is on its way in the buffers of the connection.
        List<String> lines = IntStream.range(0, 40_000)
                .mapToObj(i -> i + " " + "y".repeat(500))
                .toList();
        try (S3Server own = S3Server.start(Path.of("target", "it", "file-outage-" + System.nanoTime()))) {
            own.put("outage/a", Made.text(lines));
            try (TaskDriver driver = new TaskDriver(own.config("outage", "lines"), offsets)) {
                List<SourceRecord> records = new ArrayList<>(driver.fetch(1_000));
                own.process().kill();
                while (driver.metric("available") == 1) {
                    records.addAll(driver.fetch(0));
                }
                own.start();
                records.addAll(driver.fetch(lines.size() - records.size()));
                assertThat(values(records)).isEqualTo(lines);
                assertThat(driver.metric("read-failures-total")).isPositive();
            }
        }
    }

    @Test
    void validationTriesTheBucketAndNamesTheKeyToChange() {
        assertThat(errors(s3.config("x/", "lines"))).isEmpty();
        Map<String, String> wrong = s3.config("x/", "lines");
        wrong.put("s3.secret.key", "wrong-secret");
        assertThat(errors(wrong)).containsOnlyKeys("s3.access.key");
        assertThat(errors(wrong).toString()).doesNotContain("wrong-secret");
        Map<String, String> missing = s3.config("x/", "lines");
        missing.put("location", "s3://nowhere/x/");
        assertThat(errors(missing)).containsOnlyKeys("location");
        assertThat(errors(missing).toString()).contains("there is no bucket nowhere");
        missing.put("connection.check", "false");
        assertThat(errors(missing)).isEmpty();
    }

    @Test
    void theExampleToCopyIsValidAgainstTheBucketOfTheStack() throws Exception {
        Path example = Built.checkout().resolve("connect-configs/examples/files-from-s3.json");
        Map<String, String> access = s3.config("", "ndjson");
        Map<String, String> config = new HashMap<>();
        new JsonMapper()
                .readTree(example.toFile())
                .path("config")
                .fields()
                .forEachRemaining(
                        entry -> config.put(entry.getKey(), entry.getValue().asText()));
        assertThat(config.get("s3.endpoint")).isEqualTo("${env:MILLRACE_S3_URL}");
        for (String key : List.of("s3.endpoint", "s3.access.key", "s3.secret.key")) {
            config.put(key, access.get(key));
        }
        config.put(
                "contracts.path", Built.checkout().resolve("schemas/contracts").toString());
        assertThat(errors(config)).isEmpty();
    }

    static Map<String, List<String>> errors(Map<String, String> config) {
        Map<String, List<String>> errors = new TreeMap<>();
        for (ConfigValue value : new FileSourceConnector().validate(config).configValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages());
            }
        }
        return errors;
    }
}
