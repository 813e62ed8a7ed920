package io.millrace.local.stack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How one server is run.
 *
 * @param name service name; names its log, pid file and data
 * @param dependencies what must be healthy before it is started
 * @param port where it listens, for people to see
 * @param preparation what has to be on disk before each start
 * @param command the executable and its arguments
 * @param environment added to ours
 * @param workingDirectory created if missing
 * @param probe tells when it is healthy
 * @param startLimit how long it may take to become healthy
 * @param stopSignal what it takes as the request for an orderly end
 * @param stopLimit how long that may take before it is killed
 */
record ServiceSpec(
        String name,
        List<Dependency> dependencies,
        int port,
        Preparation preparation,
        List<String> command,
        Map<String, String> environment,
        Path workingDirectory,
        Probe probe,
        Duration startLimit,
        String stopSignal,
        Duration stopLimit,
        Backoff backoff)
        implements Node {

    /** Writes settings, initialises data, removes what a crash left. Runs before every start of the process. */
    interface Preparation {
        void run() throws Exception;
    }

    ServiceSpec {
        dependencies = List.copyOf(dependencies);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    static ServiceSpec of(
            String name, int port, Path workingDirectory, Preparation preparation, List<String> command, Probe probe) {
        return new ServiceSpec(
                name,
                List.of(),
                port,
                preparation,
                command,
                Map.of(),
                workingDirectory,
                probe,
                Duration.ofMinutes(10),
                "TERM",
                Duration.ofSeconds(10),
                Backoff.DEFAULT);
    }

    ServiceSpec after(List<Dependency> needed) {
        return new ServiceSpec(
                name,
                needed,
                port,
                preparation,
                command,
                environment,
                workingDirectory,
                probe,
                startLimit,
                stopSignal,
                stopLimit,
                backoff);
    }

    ServiceSpec with(Map<String, String> variables) {
        return new ServiceSpec(
                name,
                dependencies,
                port,
                preparation,
                command,
                variables,
                workingDirectory,
                probe,
                startLimit,
                stopSignal,
                stopLimit,
                backoff);
    }

    ServiceSpec stoppedBy(String signal, Duration limit) {
        return new ServiceSpec(
                name,
                dependencies,
                port,
                preparation,
                command,
                environment,
                workingDirectory,
                probe,
                startLimit,
                signal,
                limit,
                backoff);
    }
}
