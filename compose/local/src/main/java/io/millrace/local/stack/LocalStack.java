package io.millrace.local.stack;

import io.millrace.connect.configs.DeclaredConnectors;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.EnvironmentConnectors;
import io.millrace.local.StackAddress;
import io.millrace.local.control.StackDefaults;
import io.millrace.local.page.PageServer;
import io.millrace.local.security.Access;
import io.millrace.local.security.OpenSecurity;
import io.millrace.local.security.SecuredSecurity;
import io.millrace.local.security.Security;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A whole stack, supervised by this process. Exists from {@link #start}, which returns when every part is healthy, until
 * {@link #close}, which returns when no process is left. Safe for use by several threads: a shutdown hook may close a
 * stack that is still starting.
 */
public final class LocalStack implements AutoCloseable {
    private static final long LARGEST_LOG = 20L << 20;

    private final StackOptions options;
    private final StackFolder folder;
    private final StackLock lock;
    private final StackFile file;
    private final Security security;
    private final Supervisor supervisor;
    private final Progress progress;
    private final ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "connector-keeper");
        thread.setDaemon(true);
        return thread;
    });
    private PageServer page;
    private boolean closed;

    private LocalStack(StackOptions options, StackFolder folder, StackLock lock, PrintStream out, boolean terminal) {
        this.options = options;
        this.folder = folder;
        this.lock = lock;
        Instant start = Instant.now();
        this.file = new StackFile(folder, options.address(), options.ephemeral(), options.secured(), start);
        this.progress = new Progress(out, terminal, start, this::statuses);
        Checkout checkout = Checkout.current();
        Versions versions = new Versions();
        Secrets secrets = Secrets.readOrCreate(folder, new SecureRandom());
        this.security = security(options, folder, secrets, checkout);
        Access access = security.access();
        StackContext context = new StackContext(
                folder,
                options.address(),
                security,
                secrets,
                checkout,
                new BuildCopy(checkout, folder.conf("build")),
                new Servers(checkout.ownFolder().resolve("servers"), checkout, versions),
                versions,
                Unprivileged.detect(),
                new Probes(access));
        Environment environment = StackDefaults.environment(access, folder);
        Connectors connectors = new Connectors(
                environment.connect().address(),
                EnvironmentConnectors.resolve(DeclaredConnectors.read(checkout.connectorConfigs()), environment));
        NodeGraph graph = StackPlan.of(context, connectors, options);
        if (!options.services().isEmpty()) {
            graph = graph.only(options.services());
        }
        this.supervisor = new Supervisor(graph, folder, ProcessTable.system(), Clock.systemUTC(), this::changed);
        if (options.secured()) {
            Permissions permissions = new Permissions(security::permit, checkout.contracts(), folder.contracts());
            keeper.scheduleWithFixedDelay(permissions::follow, 5, 1, TimeUnit.SECONDS);
        }
        if (graph.services().stream().anyMatch(spec -> spec.name().equals(ConnectService.NAME))) {
            keeper.scheduleWithFixedDelay(() -> mend(connectors), 5, 2, TimeUnit.SECONDS);
        }
    }

    /**
     * Prepares a stack: takes its state folder, cleans up what an earlier one left, checks the ports. Nothing is started
     * yet, so that the caller can arrange for {@link #close} first.
     *
     * @param out gets the progress; on a terminal as a table that draws over itself
     * @throws StackException when a stack runs there already, a port is taken, or the build is not complete
     */
    public static LocalStack prepare(StackOptions options, PrintStream out, boolean terminal)
            throws InterruptedException {
        StackFolder folder = EphemeralFolders.choose(options, Checkout.current());
        folder.create();
        StackLock lock = StackLock.take(folder);
        try {
            List<String> cleaned = new Leftovers(folder, ProcessTable.system()).clean();
            if (!cleaned.isEmpty()) {
                out.println("Ended what an earlier stack left running: " + String.join(", ", cleaned));
            }
            Ports.requireFree(options.address());
            rotateLogs(folder);
            return new LocalStack(options, folder, lock, out, terminal);
        } catch (RuntimeException | InterruptedException e) {
            lock.close();
            if (options.ephemeral()) {
                StackFolder.delete(folder.root());
            }
            throw e;
        }
    }

    /**
     * Starts everything and waits until it is healthy.
     *
     * @throws StackException when a part cannot be started, with its name and the end of its log
     * @throws InterruptedException when the stack was closed meanwhile
     */
    public void start() throws InterruptedException {
        file.state("starting");
        openPage();
        progress.open();
        supervisor.start();
        try {
            supervisor.awaitUp(StackPlan.leftToApply(options.content()));
            file.state("ready");
        } finally {
            progress.close();
        }
    }

    /** The page needs none of the servers: it shows what is there, so it can be watched while they start. */
    private synchronized void openPage() {
        // On a secured stack it also gives the connectors their tokens for the registry.
        if (closed || !options.services().isEmpty() && !options.secured()) {
            return;
        }
        try {
            page = PageServer.start(security.access(), security.page());
        } catch (IOException e) {
            throw new StackException(e.getMessage(), e);
        }
    }

    public StackAddress address() {
        return options.address();
    }

    /** How its parts are reached. */
    public Access access() {
        return security.access();
    }

    public StackFolder folder() {
        return folder;
    }

    /** Waits until a part is given up, the stack is closed, or the limit is over; says which part, if any. */
    public Optional<StackException> awaitFailure(Duration limit) throws InterruptedException {
        return supervisor.awaitFailure(limit);
    }

    /** Stops everything. Returns when no process of the stack is left; further calls do nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        keeper.shutdownNow();
        if (page != null) {
            page.close();
        }
        file.state("stopping");
        try {
            supervisor.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            progress.close();
            file.delete();
            if (options.ephemeral()) {
                StackFolder.delete(folder.root());
            }
            lock.close();
        }
    }

    private static Security security(StackOptions options, StackFolder folder, Secrets secrets, Checkout checkout) {
        if (!options.secured()) {
            return new OpenSecurity(options.address(), secrets);
        }
        Security secured = new SecuredSecurity(
                options.address(),
                folder,
                secrets,
                () -> ContractFolders.all(checkout.contracts(), folder.contracts()),
                Clock.systemUTC(),
                new SecureRandom());
        try {
            secured.prepare();
        } catch (IOException e) {
            throw new StackException("cannot write to " + folder.security() + ": " + e.getMessage(), e);
        }
        return secured;
    }

    private List<NodeStatus> statuses() {
        return supervisor.statuses();
    }

    private void changed(NodeStatus status) {
        progress.changed(status);
        if (supervisor != null) {
            file.nodes(supervisor.statuses());
        }
    }

    private void mend(Connectors connectors) {
        connectors.mend(
                StackPlan.applied(supervisor.statuses()),
                (name, reason) ->
                        progress.line("connector " + name + " failed (" + reason + "); restarting its failed tasks"));
    }

    /** Keeps one older log, so that logs do not grow for ever across restarts. */
    private static void rotateLogs(StackFolder folder) {
        try (var logs = Files.newDirectoryStream(folder.logs(), "*.log")) {
            for (Path log : logs) {
                if (Files.size(log) > LARGEST_LOG) {
                    Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new StackException("cannot rotate the logs in " + folder.logs() + ": " + e.getMessage(), e);
        }
    }
}
