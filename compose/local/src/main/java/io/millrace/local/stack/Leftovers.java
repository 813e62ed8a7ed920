package io.millrace.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a supervisor that died left behind: processes named by pid files, and files that claim something runs. */
public final class Leftovers {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final StackFolder folder;
    private final ProcessTable table;

    Leftovers(StackFolder folder, ProcessTable table) {
        this.folder = folder;
        this.table = table;
    }

    /** Services of which a process is still alive, with those processes. */
    Map<String, List<ProcessTable.Entry>> processes() {
        Map<String, List<ProcessTable.Entry>> left = new LinkedHashMap<>();
        for (Path file : pidFiles()) {
            PidFile.read(file)
                    .map(pid -> pid.processes(table, folder.root()))
                    .filter(entries -> !entries.isEmpty())
                    .ifPresent(entries -> left.put(serviceOf(file), entries));
        }
        return left;
    }

    /**
     * Kills the processes and removes the files. Only for the holder of the stack's lock.
     *
     * @return the services that had a process left
     * @throws StackException when a process survives even that
     */
    List<String> clean() throws InterruptedException {
        List<String> services = new ArrayList<>(processes().keySet());
        if (!Signals.killUntilGone(
                () -> processes().values().stream().flatMap(List::stream).toList(), LIMIT)) {
            throw new StackException("cannot kill what an earlier stack left: " + describe(processes())
                    + "; end these processes by hand, then try again");
        }
        try {
            for (Path file : pidFiles()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder.stackJson());
            // Its owner is dead, and PostgreSQL would refuse to start if somebody else had got its pid since.
            Files.deleteIfExists(folder.data("postgres").resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new StackException("cannot remove what an earlier stack left: " + e, e);
        }
        return services;
    }

    private static String describe(Map<String, List<ProcessTable.Entry>> processes) {
        List<String> parts = new ArrayList<>();
        processes.forEach((service, entries) -> parts.add(service + " pid "
                + String.join(
                        ", ",
                        entries.stream()
                                .map(entry -> Long.toString(entry.pid()))
                                .toList())));
        return String.join("; ", parts);
    }

    private List<Path> pidFiles() {
        if (!Files.isDirectory(folder.run())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.run())) {
            return files.filter(file -> file.toString().endsWith(".pid"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new StackException("cannot list " + folder.run() + ": " + e.getMessage(), e);
        }
    }

    private static String serviceOf(Path pidFile) {
        String name = pidFile.getFileName().toString();
        return name.substring(0, name.length() - ".pid".length());
    }
}
