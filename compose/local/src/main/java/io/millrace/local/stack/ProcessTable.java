package io.millrace.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the kernel says about processes, read from {@code /proc}. Zombies count as gone, as they only wait for a parent,
 * unless threads of them still run: those hold the process's ports.
 */
final class ProcessTable {
    private static final long PAGE_BYTES = 4096;

    private final Path proc;

    ProcessTable(Path proc) {
        this.proc = proc;
    }

    static ProcessTable system() {
        return new ProcessTable(Path.of("/proc"));
    }

    /**
     * One process.
     *
     * @param session id of its session, which is the pid of the process that began it
     * @param startTicks when it started, in clock ticks since boot: with the pid, this names a process for good
     */
    record Entry(long pid, long session, char state, long threads, long startTicks, long residentBytes) {
        boolean alive() {
            return state != 'X' && (state != 'Z' || threads > 1);
        }
    }

    Optional<Entry> find(long pid) {
        try {
            return parse(Files.readString(proc.resolve(Long.toString(pid)).resolve("stat")))
                    .filter(Entry::alive);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** All processes that are alive. */
    List<Entry> all() {
        try (Stream<Path> entries = Files.list(proc)) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .map(name -> find(Long.parseLong(name)))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new StackException("cannot list " + proc + ": " + e.getMessage(), e);
        }
    }

    /** The processes of one session, which is how a service and everything it started are told from the rest. */
    List<Entry> session(long id) {
        return all().stream().filter(entry -> entry.session() == id).toList();
    }

    /** Whether the process works in, or was told about, a file under this folder; false when the kernel does not say. */
    boolean mentions(long pid, Path folder) {
        Path process = proc.resolve(Long.toString(pid));
        try {
            if (Files.readSymbolicLink(process.resolve("cwd")).startsWith(folder)) {
                return true;
            }
            return Files.readString(process.resolve("cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1)
                    .contains(folder.toString());
        } catch (IOException e) {
            return false;
        }
    }

    /** A boot's own id: process ids and start times mean nothing in the next one. */
    String bootId() {
        try {
            return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** The command name in field 2 may hold spaces and parentheses, so the fields are counted from its last one. */
    static Optional<Entry> parse(String stat) {
        int open = stat.indexOf(' ');
        int close = stat.lastIndexOf(')');
        if (open < 0 || close < 0) {
            return Optional.empty();
        }
        String[] fields = stat.substring(close + 2).strip().split(" ");
        Function<Integer, Long> number = index -> Long.parseLong(fields[index - 3]);
        return Optional.of(new Entry(
                Long.parseLong(stat.substring(0, open)),
                number.apply(6),
                fields[0].charAt(0),
                number.apply(20),
                number.apply(22),
                number.apply(24) * PAGE_BYTES));
    }
}
