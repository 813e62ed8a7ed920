package io.millrace.local.stack;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Names the process of a service beyond the life of its supervisor. A pid alone is not a name, because the kernel gives
 * it away again; together with the boot and the start time it is.
 */
record PidFile(long pid, long startTicks, String bootId) {

    static PidFile of(ProcessTable.Entry entry, ProcessTable table) {
        return new PidFile(entry.pid(), entry.startTicks(), table.bootId());
    }

    void write(Path file) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.writeString(partial, "pid=" + pid + "\nstart=" + startTicks + "\nboot=" + bootId + "\n");
        Files.move(partial, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** Empty when there is no such file or it is not one of ours. */
    static Optional<PidFile> read(Path file) {
        Properties values = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            values.load(reader);
            return Optional.of(new PidFile(
                    Long.parseLong(values.getProperty("pid")),
                    Long.parseLong(values.getProperty("start")),
                    values.getProperty("boot")));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * The processes that are left of the service, the first one included: all of its session while the process itself
     * lives. Once it is gone somebody else may have got its pid and so its session, therefore such a process must also
     * be younger and work in the state folder.
     */
    List<ProcessTable.Entry> processes(ProcessTable table, Path state) {
        if (!bootId.equals(table.bootId())) {
            return List.of();
        }
        Optional<ProcessTable.Entry> leader = table.find(pid);
        if (leader.isPresent()) {
            return leader.get().startTicks() == startTicks ? withLeader(leader.get(), table.session(pid)) : List.of();
        }
        return table.session(pid).stream()
                .filter(entry -> entry.startTicks() >= startTicks && table.mentions(entry.pid(), state))
                .toList();
    }

    /** Right after its start a process has not begun its session yet. */
    private static List<ProcessTable.Entry> withLeader(ProcessTable.Entry leader, List<ProcessTable.Entry> session) {
        return session.stream().anyMatch(entry -> entry.pid() == leader.pid()) ? session : List.of(leader);
    }
}
