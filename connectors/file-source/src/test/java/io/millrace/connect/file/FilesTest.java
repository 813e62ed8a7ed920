package io.millrace.connect.file;

import static io.millrace.connect.file.TaskDriver.header;
import static io.millrace.connect.file.TaskDriver.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of files that come, grow, are renamed, cut, replaced, and cleaned up. */
class FilesTest {
    @TempDir
    Path parent;

    private final Map<Map<String, ?>, Map<String, Object>> offsets = new HashMap<>();
    private Path folder;
    private Map<String, String> config;

    @BeforeEach
    void folder() throws Exception {
        folder = Files.createDirectories(parent.resolve("in"));
        config = TaskDriver.config(folder, "lines");
    }

    @Test
    void aFileIsReadOnWhileItGrowsAndAfterARestart() throws Exception {
        Path log = folder.resolve("app.log");
        try (TaskDriver driver = driver()) {
            for (int i = 0; i < 5; i++) {
                append(log, "line " + i + "\n");
                assertThat(values(driver.fetch(1))).containsExactly("line " + i);
            }
            driver.store();
        }
        append(log, "line 5\n");
        try (TaskDriver driver = driver()) {
            append(log, "line 6\n");
            assertThat(values(driver.fetch(2))).containsExactly("line 5", "line 6");
            driver.store();
            assertThat(driver.rest()).isEmpty();
        }
    }

    @Test
    void aLineWithoutAnEndWaitsForItUntilTheFileHasSettled() throws Exception {
        Path log = folder.resolve("app.log");
        config.put("file.settle.ms", "60000");
        Files.writeString(log, "whole\nhal");
        MutableClock clock = new MutableClock(Files.getLastModifiedTime(log).toInstant());
        try (TaskDriver driver = new TaskDriver(config, offsets, clock)) {
            assertThat(values(driver.fetch(1))).containsExactly("whole");
            assertThat(driver.rest()).isEmpty();
            append(log, "f\nagain hal");
            assertThat(values(driver.fetch(1))).containsExactly("half");
            assertThat(driver.rest()).isEmpty();
            clock.now = clock.now.plusSeconds(3_600);
            assertThat(values(driver.fetch(1))).containsExactly("again hal");
            assertThat(driver.rest()).isEmpty();
        }
    }

    @Test
    void aCompressedFileWaitsUntilItHasSettled() throws Exception {
        Path file = folder.resolve("app.log.gz");
        config.put("file.settle.ms", "60000");
        byte[] content = Made.gzip(Made.text(List.of("a", "b")));
        Files.write(file, Arrays.copyOf(content, 12));
        MutableClock clock = new MutableClock(Files.getLastModifiedTime(file).toInstant());
        try (TaskDriver driver = new TaskDriver(config, offsets, clock)) {
            assertThat(driver.rest()).as("half of it").isEmpty();
            Files.write(file, content);
            clock.now = clock.now.plusSeconds(3_600);
            assertThat(values(driver.fetch(2))).containsExactly("a", "b");
        }
    }

    @Test
    void aRotatedLogIsReadToItsEndUnderItsNewNameAndTheNewOneFromItsBeginning() throws Exception {
        Path log = folder.resolve("app.log");
        append(log, "old 1\nold 2\n");
        try (TaskDriver driver = driver()) {
            assertThat(values(driver.fetch(2))).containsExactly("old 1", "old 2");
            append(log, "old 3\n");
            Files.move(log, folder.resolve("app.log.1"));
            append(log, "new 1\n");
            assertThat(values(driver.fetch(2))).containsExactlyInAnyOrder("old 3", "new 1");
            driver.store();
        }
        Files.move(folder.resolve("app.log.1"), folder.resolve("app.log.2"));
        Files.move(log, folder.resolve("app.log.1"));
        append(folder.resolve("app.log.1"), "new 2\n");
        try (TaskDriver driver = driver()) {
            assertThat(values(driver.fetch(1))).containsExactly("new 2");
            assertThat(driver.rest()).isEmpty();
        }
    }

    @Test
    void aFileThatIsCutAndWrittenAnewIsReadFromItsBeginning() throws Exception {
        Path log = folder.resolve("app.log");
        append(log, "first content, long enough\n");
        try (TaskDriver driver = driver()) {
            driver.fetch(1);
            driver.store();
            Files.writeString(log, "short\n");
            assertThat(values(driver.fetch(1))).containsExactly("short");
            driver.store();
            assertThat(driver.metric("replaced-files-total")).isEqualTo(1);
        }
        Files.writeString(log, "another one that is longer than what was there before\n");
        try (TaskDriver driver = driver()) {
            assertThat(values(driver.fetch(1)).get(0)).startsWith("another");
        }
    }

    @Test
    void aNewFileThatGetsTheInodeOfADeletedOneIsReadFromItsBeginning() throws Exception {
        Path first = folder.resolve("first");
        append(first, "content of the first\n");
        try (TaskDriver driver = driver()) {
            driver.fetch(1);
            driver.store();
        }
        // Whichever inode the new file gets, its offset says what a reused one would.
        Map<String, Object> stale = offsets.values().iterator().next();
        Files.delete(first);
        Path second = folder.resolve("second");
        append(second, "CONTENT of the other one\n");
        offsets.put(FileOffset.partition("inode:" + Files.getAttribute(second, "unix:ino")), stale);
        try (TaskDriver driver = driver()) {
            assertThat(values(driver.fetch(1))).containsExactly("CONTENT of the other one");
        }
    }

    @Test
    void filesThatArriveLateAreReadWhateverTheirNameAndAge() throws Exception {
        append(folder.resolve("m"), "m\n");
        try (TaskDriver driver = driver()) {
            driver.fetch(1);
            Path late = Files.createDirectories(folder.resolve("a/b")).resolve("a");
            append(late, "late\n");
            Files.setLastModifiedTime(late, FileTime.from(Instant.EPOCH));
            append(folder.resolve(".hidden"), "no\n");
            append(folder.resolve("copying.tmp"), "no\n");
            List<SourceRecord> records = driver.fetch(1);
            assertThat(values(records)).containsExactly("late");
            assertThat(header(records.get(0), Records.PATH)).isEqualTo("a/b/a");
            assertThat(driver.rest()).isEmpty();
            Files.move(folder.resolve("copying.tmp"), folder.resolve("copied"));
            assertThat(values(driver.fetch(1))).containsExactly("no");
        }
    }

    @Test
    void aFileIsDeletedOnlyOnceKafkaHasItsLastRecord() throws Exception {
        Path file = folder.resolve("a");
        append(file, "1\n2\n3\n");
        config.put("cleanup", "delete");
        config.put("max.poll.records", "2");
        try (TaskDriver driver = driver()) {
            driver.fetch(2);
            driver.store();
            driver.fetch(1);
            assertThat(driver.rest()).isEmpty();
            assertThat(file).as("the last record is under way").exists();
            driver.store();
            driver.turn();
            assertThat(file).doesNotExist();
            assertThat(driver.metric("cleaned-files-total")).isEqualTo(1);
        }
    }

    @Test
    void aKillBetweenCommitAndCleanupLosesAndRepeatsNothingAndTheFileIsMovedAfterwards() throws Exception {
        Path file = Files.createDirectories(folder.resolve("day")).resolve("a.gz");
        Files.write(file, Made.gzip(Made.text(List.of("1", "2"))));
        Path archive = parent.resolve("archive");
        config.put("cleanup", "move");
        config.put("cleanup.target", archive.toString());
        // Killed before the commit.
        try (TaskDriver driver = driver()) {
            assertThat(values(driver.fetch(2))).containsExactly("1", "2");
            assertThat(driver.rest()).isEmpty();
        }
        assertThat(file).exists();
        // Killed after the commit, before the file is moved.
        try (TaskDriver driver = driver()) {
            assertThat(values(driver.fetch(2))).containsExactly("1", "2");
            driver.store();
        }
        assertThat(file).exists();
        try (TaskDriver driver = driver()) {
            assertThat(driver.rest()).isEmpty();
            assertThat(file).doesNotExist();
            assertThat(archive.resolve("day/a.gz")).exists();
        }
    }

    @Test
    void aGrowingFileIsNotDeletedWhileRecordsOfAnEarlierLookAreUnderWay() throws Exception {
        Path file = folder.resolve("a");
        config.put("cleanup", "delete");
        config.put("file.settle.ms", "60000");
        append(file, "1\n");
        MutableClock clock = new MutableClock(Files.getLastModifiedTime(file).toInstant());
        try (TaskDriver driver = new TaskDriver(config, offsets, clock)) {
            driver.fetch(1);
            clock.now = clock.now.plusSeconds(3_600);
            assertThat(driver.rest()).isEmpty();
            assertThat(file).exists();
            driver.store();
            driver.turn();
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void aFileThatChangedAfterItsLastRecordIsNotDeletedButReadOn() throws Exception {
        Path file = folder.resolve("a");
        append(file, "1\n");
        config.put("cleanup", "delete");
        try (TaskDriver driver = driver()) {
            driver.fetch(1);
            append(file, "2\n");
            driver.store();
            assertThat(values(driver.fetch(1))).containsExactly("2");
            assertThat(file).exists();
            driver.store();
            driver.rest();
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void fourTasksShareTheFilesAndNoneIsReadTwice() throws Exception {
        Set<String> wanted = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            append(folder.resolve("f" + i), "content " + i + "\n");
            wanted.add("content " + i);
        }
        FileSourceConnector connector = new FileSourceConnector();
        connector.start(config);
        List<String> read = new ArrayList<>();
        for (Map<String, String> task : connector.taskConfigs(4)) {
            try (TaskDriver driver = new TaskDriver(task, offsets)) {
                List<SourceRecord> share = driver.rest();
                assertThat(share).as("share of 200").hasSizeBetween(20, 80);
                read.addAll(values(share));
            }
        }
        assertThat(read).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void offsetsOfARecordOrAPositionReplayAFileFromThere() throws Exception {
        append(folder.resolve("a"), "1\n22\n333\n4444\n");
        try (TaskDriver driver = driver()) {
            driver.fetch(4);
            driver.store();
        }
        Map<String, ?> partition = offsets.keySet().iterator().next();
        assertThat(replayed(partition, Map.of("record", 2L))).containsExactly("333", "4444");
        assertThat(replayed(partition, Map.of("position", 9L, "record", 3L))).containsExactly("4444");
        assertThat(replayed(partition, Map.of("record", 0L))).containsExactly("1", "22", "333", "4444");
        assertThat(replayed(partition, null)).containsExactly("1", "22", "333", "4444");
    }

    private List<String> replayed(Map<String, ?> partition, Map<String, Object> offset) throws Exception {
        Map<Map<String, ?>, Map<String, ?>> altered = new HashMap<>();
        altered.put(partition, offset);
        assertThat(new FileSourceConnector().alterOffsets(config, altered)).isTrue();
        offsets.clear();
        offsets.put(partition, offset);
        try (TaskDriver driver = driver()) {
            List<String> values = values(driver.rest());
            driver.store();
            return values;
        }
    }

    @Test
    void offsetsThatMakeNoSenseAreRefusedWithWhatTheyHaveToBe() {
        FileSourceConnector connector = new FileSourceConnector();
        assertThatThrownBy(() -> connector.alterOffsets(config, Map.of(Map.of("file", "a"), Map.of("record", 1L))))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("{\"object\": \"inode:NUMBER\"}");
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("line", 1L), Map.of("record", -1L), Map.of("record", "2"), Map.of("done", "yes"))) {
            assertThatThrownBy(() -> connector.alterOffsets(config, Map.of(Map.of("object", "inode:1"), wrong)))
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void noSecondHasMoreRecordsThanTheRateAllows() {
        long[] nanos = {0};
        RateLimit limit = new RateLimit(100, () -> nanos[0]);
        long taken = 0;
        for (int i = 0; i < 1_000; i++) {
            nanos[0] += 10_000_000;
            long now = Math.min(30, limit.available());
            limit.take(now);
            taken += now;
        }
        assertThat(taken).as("in ten seconds").isBetween(1_000L, 1_100L);
    }

    @Test
    void aTaskReadsNoFasterThanItMay() throws Exception {
        append(folder.resolve("a"), String.join("\n", Made.json(300)) + "\n");
        config.put("rate.records.per.second", "100");
        long begun = System.nanoTime();
        try (TaskDriver driver = driver()) {
            assertThat(driver.fetch(300)).hasSize(300);
        }
        // A hundred are there at once; a busy machine only makes it slower.
        assertThat(System.nanoTime() - begun).isGreaterThan(1_900_000_000L);
    }

    @Test
    void topicAndKeyAreMadeOfPathAndFields() throws Exception {
        Path file = Files.createDirectories(folder.resolve("shop/eu")).resolve("a.csv");
        Files.writeString(file, "id,name\n7,x\n,y\n");
        config = TaskDriver.config(folder, "csv");
        config.put("value.format", "schema");
        config.put("topic", "in.${file.path[0]}.${file.path[1]}");
        config.put("key", "${file.name}/${field.id}/${record}");
        config.put("quarantine.topic", "set-aside");
        try (TaskDriver driver = driver()) {
            List<SourceRecord> records = driver.fetch(2);
            assertThat(records.get(0).topic()).isEqualTo("in.shop.eu");
            assertThat(records.get(0).key()).isEqualTo("a.csv/7/1");
            assertThat(records.get(1).topic()).isEqualTo("set-aside");
            assertThat(header(records.get(1), Records.REASON)).contains("${field.id}");
        }
    }

    @Test
    void aFolderThatGoesAwayIsWaitedFor() throws Exception {
        append(folder.resolve("a"), "1\n");
        try (TaskDriver driver = driver()) {
            driver.fetch(1);
            Path away = parent.resolve("away");
            Files.move(folder, away);
            while (driver.metric("available") == 1) {
                driver.turn();
            }
            append(away.resolve("b"), "2\n");
            Files.move(away, folder);
            assertThat(values(driver.fetch(1))).containsExactly("2");
            assertThat(driver.metric("available")).isEqualTo(1);
        }
    }

    @Test
    void aFileThatMayNotBeReadDoesNotHoldUpTheOthers() throws Exception {
        Path denied = folder.resolve("a");
        append(denied, "denied\n");
        Files.setPosixFilePermissions(denied, Set.of());
        assumeFalse(Files.isReadable(denied), "root may read everything");
        append(folder.resolve("b"), "b\n");
        try (TaskDriver driver = driver()) {
            assertThat(values(driver.fetch(1))).containsExactly("b");
            Files.setPosixFilePermissions(denied, PosixFilePermissions.fromString("r--------"));
            assertThat(values(driver.fetch(1))).containsExactly("denied");
        }
    }

    @Test
    void aBatchIsClosedByItsBytes() throws Exception {
        append(
                folder.resolve("a"),
                String.join(
                        "\n",
                        IntStream.range(0, 100).mapToObj(i -> "x".repeat(100)).toList()));
        config.put("max.poll.bytes", "1000");
        try (TaskDriver driver = driver()) {
            int largest = 0;
            int all = 0;
            while (all < 100) {
                List<SourceRecord> batch = driver.task().poll();
                largest = Math.max(largest, batch.size());
                all += batch.size();
            }
            assertThat(largest).isEqualTo(10);
        }
    }

    private TaskDriver driver() {
        return new TaskDriver(config, offsets);
    }

    private static void append(Path file, String text) throws Exception {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static final class MutableClock extends Clock {
        private volatile Instant now;

        MutableClock(Instant now) {
            this.now = now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
