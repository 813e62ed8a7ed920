package io.millrace.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What processes really listen on, as the kernel says. */
final class ListeningPorts {
    private static final String LISTEN = "0A";
    private static final String LOOPBACK_4 = "0100007F";
    private static final String LOOPBACK_4_IN_6 = "0000000000000000FFFF00000100007F";
    private static final String LOOPBACK_6 = "00000000000000000000000001000000";

    private ListeningPorts() {}

    /** A listening socket. */
    record Listener(long pid, int port, boolean loopback) {}

    /** Those of a process and all that descend from it, by port. */
    static Map<Integer, Listener> of(long root) throws IOException {
        Map<String, Listener> sockets = sockets();
        Map<Integer, Listener> found = new TreeMap<>();
        Set<Long> pids = new HashSet<>();
        pids.add(root);
        ProcessHandle.of(root).orElseThrow().descendants().forEach(child -> pids.add(child.pid()));
        for (long pid : pids) {
            for (String inode : inodes(pid)) {
                Listener socket = sockets.get(inode);
                if (socket != null) {
                    found.put(socket.port(), new Listener(pid, socket.port(), socket.loopback()));
                }
            }
        }
        return found;
    }

    private static Map<String, Listener> sockets() throws IOException {
        Map<String, Listener> sockets = new HashMap<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > 9 && columns[3].equals(LISTEN)) {
                    String[] local = columns[1].split(":");
                    boolean loopback =
                            Set.of(LOOPBACK_4, LOOPBACK_4_IN_6, LOOPBACK_6).contains(local[0]);
                    sockets.put(columns[9], new Listener(0, Integer.parseInt(local[1], 16), loopback));
                }
            }
        }
        return sockets;
    }

    private static Set<String> inodes(long pid) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files.toList()) {
                try {
                    String target = Files.readSymbolicLink(file).toString();
                    if (target.startsWith("socket:[")) {
                        inodes.add(target.substring(8, target.length() - 1));
                    }
                } catch (IOException closedMeanwhile) {
                    // It listens on nothing any more.
                }
            }
        } catch (java.nio.file.NoSuchFileException ended) {
            return Set.of();
        }
        return inodes;
    }
}
