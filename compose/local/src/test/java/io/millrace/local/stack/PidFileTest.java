package io.millrace.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    private static final Path STATE = Path.of("/srv/state");

    @TempDir
    Path proc;

    private ProcessTable table;

    @BeforeEach
    void boot() throws IOException {
        Path random = Files.createDirectories(proc.resolve("sys/kernel/random"));
        Files.writeString(random.resolve("boot_id"), "boot-1\n");
        table = new ProcessTable(proc);
    }

    @Test
    void aProcessAndWhatItStartedAreFoundAgain() throws IOException {
        process(100, "postgres", 'S', 100, 5000, "/srv/state/data");
        process(101, "postgres: (logger)", 'S', 100, 5010, "/srv/state/data");
        process(200, "other", 'S', 200, 5020, "/srv/state/data");
        assertThat(new PidFile(100, 5000, "boot-1").processes(table, STATE))
                .extracting(ProcessTable.Entry::pid)
                .containsExactlyInAnyOrder(100L, 101L);
    }

    @Test
    void aForeignProcessThatGotThePidIsLeftAlone() throws IOException {
        process(100, "editor", 'S', 100, 9000, "/srv/state");
        assertThat(new PidFile(100, 5000, "boot-1").processes(table, STATE)).isEmpty();
    }

    @Test
    void orphansAreFoundByWhereTheyWorkWhenTheirFirstProcessIsGone() throws IOException {
        process(101, "java", 'S', 100, 5010, "/srv/state/data");
        process(102, "editor", 'S', 100, 5010, "/home/ada");
        assertThat(new PidFile(100, 5000, "boot-1").processes(table, STATE))
                .extracting(ProcessTable.Entry::pid)
                .containsExactly(101L);
    }

    @Test
    void aZombieIsNotAProcessAnyMore() throws IOException {
        process(100, "redis", 'Z', 100, 5000, "/srv/state");
        assertThat(new PidFile(100, 5000, "boot-1").processes(table, STATE)).isEmpty();
    }

    @Test
    void aZombieWhoseThreadsStillRunHoldsItsPortsAndCounts() throws IOException {
        process(100, "java", 'Z', 100, 5000, "/srv/state", 7);
        assertThat(new PidFile(100, 5000, "boot-1").processes(table, STATE)).hasSize(1);
    }

    @Test
    void aPidFileFromBeforeARebootNamesNothing() throws IOException {
        process(100, "redis", 'S', 100, 5000, "/srv/state");
        assertThat(new PidFile(100, 5000, "boot-0").processes(table, STATE)).isEmpty();
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Path file = proc.resolve("redis.pid");
        PidFile written = new PidFile(100, 5000, "boot-1");
        written.write(file);
        assertThat(PidFile.read(file)).contains(written);
        Files.writeString(file, "rubbish");
        assertThat(PidFile.read(file)).isEmpty();
    }

    private void process(long pid, String name, char state, long session, long start, String cwd) throws IOException {
        process(pid, name, state, session, start, cwd, 1);
    }

    private void process(long pid, String name, char state, long session, long start, String cwd, int threads)
            throws IOException {
        Path folder = Files.createDirectories(proc.resolve(Long.toString(pid)));
        String middle = "0 ".repeat(13) + threads + " 0 ";
        Files.writeString(
                folder.resolve("stat"),
                pid + " (" + name + ") " + state + " 1 " + session + " " + session + " " + middle + start
                        + " 0 25 0\n");
        Files.writeString(folder.resolve("cmdline"), name);
        Files.createSymbolicLink(folder.resolve("cwd"), Path.of(cwd));
    }
}
