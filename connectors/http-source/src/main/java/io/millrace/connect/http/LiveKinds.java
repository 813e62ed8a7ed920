package io.millrace.connect.http;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.ContractsFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kinds of events that are taken now. Contracts of a folder are followed by a thread of their own, so that no request
 * waits for a disk. Safe for use by several threads.
 */
final class LiveKinds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveKinds.class);

    /** The folder itself is read no more often than every second, so a change is live within one and a half. */
    private static final long LOOK_MS = 500;

    private final Optional<ContractsFolder> folder;
    private final Optional<ScheduledExecutorService> looker;
    private final Optional<Quarantine> quarantine;
    private volatile State state;

    private record State(EventKinds kinds, List<String> problems) {}

    private LiveKinds(HttpSourceConfig config, Clock clock, Supplier<String> ids) {
        this.folder = config.contractsPath().map(path -> new ContractsFolder(path, clock));
        Catalogue catalogue = folder.map(ContractsFolder::catalogue).orElseGet(Catalogue::bundled);
        EventKinds kinds = EventKinds.of(config, ids, catalogue);
        this.quarantine = config.quarantineTopic().map(topic -> Quarantine.of(topic, catalogue));
        this.state = new State(kinds, List.of());
        note(kinds, kinds.problems());
        this.looker = folder.map(any -> Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "http-source-contracts");
            thread.setDaemon(true);
            return thread;
        }));
        looker.ifPresent(one -> one.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS));
    }

    /**
     * Reads the contracts, and follows them when they are in a folder.
     *
     * @param clock tells when the folder may be looked at again
     * @param ids gives identities to events that come without, on any thread
     * @throws RuntimeException when the contracts cannot be read, or that of the connector's own topic cannot be used
     */
    static LiveKinds start(HttpSourceConfig config, Clock clock, Supplier<String> ids) {
        return new LiveKinds(config, clock, ids);
    }

    /** The contracts of a configuration, read once. */
    static Catalogue catalogue(HttpSourceConfig config) {
        Optional<Path> path = config.contractsPath();
        return path.isPresent() ? Catalogue.read(path.get()) : Catalogue.bundled();
    }

    /** Makes the records of events that are set aside; empty when they are not kept. */
    Optional<Quarantine> quarantine() {
        return quarantine;
    }

    EventKinds now() {
        return state.kinds();
    }

    /** What is wrong with contracts, in a sentence each; empty when all is well. */
    List<String> problems() {
        return state.problems();
    }

    @Override
    public void close() {
        looker.ifPresent(ScheduledExecutorService::shutdownNow);
    }

    private void look() {
        try {
            EventKinds kinds = state.kinds().with(folder.orElseThrow().catalogue());
            List<String> problems = new ArrayList<>(kinds.problems());
            folder.orElseThrow()
                    .problem()
                    .ifPresent(reason ->
                            problems.add("the contracts cannot be read, the last good ones stay in use: " + reason));
            note(kinds, problems);
        } catch (RuntimeException e) {
            // A look that throws would be the last one.
            LOG.error("The contracts cannot be followed at the moment", e);
        }
    }

    /** Publishes, and tells once of what is new. */
    private void note(EventKinds kinds, List<String> problems) {
        State before = state;
        state = new State(kinds, List.copyOf(problems));
        problems.stream().filter(one -> !before.problems().contains(one)).forEach(LOG::warn);
        if (before.kinds() != kinds) {
            LOG.info(
                    "The contracts have changed; events of the kinds {} are taken",
                    kinds.taken().stream().map(EventKind::topic).toList());
        } else if (problems.isEmpty() && !before.problems().isEmpty()) {
            LOG.info("The contracts are well again");
        }
    }
}
