package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace up}. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description =
                "Start the whole stack on this machine and keep it running until Ctrl-C, millrace down, or --for is over.")
public final class UpCommand implements Callable<Integer> {
    private static final Duration FOREVER = Duration.ofDays(36_500);

    @Option(
            names = "--port-base",
            paramLabel = "N",
            description = "First of the " + StackAddress.PORTS + " ports on 127.0.0.1 (default: ${DEFAULT-VALUE}).")
    private int portBase = StackAddress.DEFAULT_PORT_BASE;

    @Option(names = "--state", paramLabel = "DIR", description = "Where data and logs are kept (default: .millrace).")
    private Path state;

    @Option(names = "--ephemeral", description = "Use a state of its own and delete it in the end.")
    private boolean ephemeral;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "Stop after this long, counted from when everything is ready; for example 90s or 10m.")
    private Duration limit = FOREVER;

    @Option(
            names = "--services",
            paramLabel = "NAME",
            split = ",",
            description = "Start only these services, for example redis,postgres.")
    private Set<String> services = Set.of();

    @Option(
            names = "--serving-jobs",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Run only these of the jobs that serve, for example enrich,requests_per_minute: fewer jobs are"
                            + " fresher on few cores.")
    private Set<String> servingJobs = Set.of();

    @Option(
            names = "--empty",
            description = "Create no topics, schemas and connectors: that is left to plan and apply. The Spark drivers"
                    + " start when the topics are there.")
    private boolean empty;

    @Option(
            names = "--secure",
            description = "TLS on every port, and an account of its own for each part; see compose/SECURITY.md.")
    private boolean secured;

    @Override
    public Integer call() throws InterruptedException {
        if (portBase < 1024 || portBase + StackAddress.PORTS > 65_536) {
            throw new StackException("--port-base must be between 1024 and " + (65_536 - StackAddress.PORTS));
        }
        StackOptions options = new StackOptions(
                new StackAddress(portBase),
                Optional.ofNullable(state),
                ephemeral,
                services,
                servingJobs,
                empty ? StackOptions.Content.EMPTY : StackOptions.Content.DECLARED,
                secured);
        long start = System.nanoTime();
        try (LocalStack stack = LocalStack.prepare(options, System.out, System.console() != null)) {
            Thread hook = new Thread(() -> end(stack), "stop-the-stack");
            Runtime.getRuntime().addShutdownHook(hook);
            stack.start();
            announce(stack, Duration.ofNanos(System.nanoTime() - start), System.out);
            Optional<StackException> failure = stack.awaitFailure(limit);
            if (failure.isPresent()) {
                throw failure.get();
            }
            return 0;
        }
    }

    /** For Ctrl-C and {@code kill}: the process ends when this does. */
    private static void end(LocalStack stack) {
        try {
            stack.close();
        } catch (RuntimeException e) {
            System.err.println("millrace: " + e.getMessage());
        }
    }

    private void announce(LocalStack stack, Duration took, PrintStream out) {
        StackAddress address = stack.address();
        Access access = stack.access();
        out.printf(Locale.ROOT, "%nReady in %.1f s.%n%n", took.toMillis() / 1000.0);
        if (empty) {
            out.println(
                    "  Nothing is created yet: ./millrace plan shows what is declared, ./millrace apply creates it.");
            out.println("  Connect REST     " + access.url(address.connect()) + "/connectors?expand=status");
        } else if (services.isEmpty()) {
            out.println("  Page             " + access.url(address.page()));
            out.println("  Post an event    curl " + curlOptions(stack)
                    + "-d '{\"user_id\":\"ada\",\"page\":\"/hello\"}' "
                    + access.url(address.httpSource()) + "/v1/events");
            out.println("  Connect REST     " + access.url(address.connect()) + "/connectors?expand=status");
            out.println("  Elasticsearch    " + access.url(address.elasticsearch()) + "/_cat/indices?v");
            out.println("  Schema registry  " + access.url(address.registry()) + "/apis/ccompat/v7/subjects");
            out.println("  PostgreSQL       postgresql://postgres@127.0.0.1:" + address.postgres()
                    + "/shop  (password: postgres.password in " + stack.folder().secrets() + ")");
        }
        if (secured) {
            out.println("  Secured          accounts in " + stack.folder().secrets() + ", certificates in "
                    + stack.folder().security() + "; see compose/SECURITY.md");
        }
        out.println("  Logs             " + stack.folder().logs());
        out.println();
        out.println(
                limit == FOREVER
                        ? "Ctrl-C stops everything."
                        : "Stops by itself after " + limit.toSeconds() + " s; Ctrl-C stops it earlier.");
        out.flush();
    }

    /** What a request to a secured stack needs; the key stays in its file. */
    private String curlOptions(LocalStack stack) {
        return secured
                ? "--cacert " + stack.folder().security().resolve("ca.pem") + " -H \"X-Write-Key: $(sed -n s/^"
                        + Secrets.WRITE_KEY + "=//p " + stack.folder().secrets() + ")\" "
                : "";
    }
}
