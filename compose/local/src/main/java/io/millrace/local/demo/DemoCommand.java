package io.millrace.local.demo;

import io.millrace.local.StackAddress;
import io.millrace.local.client.IdSet;
import io.millrace.local.client.ProgressLine;
import io.millrace.local.client.RunningStack;
import io.millrace.local.client.StackOption;
import io.millrace.local.send.Event;
import io.millrace.local.send.FileFormat;
import io.millrace.local.send.FileSender;
import io.millrace.local.send.SendException;
import io.millrace.local.send.SendListener;
import io.millrace.local.send.SendReport;
import io.millrace.local.send.SendRun;
import io.millrace.local.send.SourceFile;
import io.millrace.local.stack.DurationConverter;
import io.millrace.local.stack.LocalStack;
import io.millrace.local.stack.StackOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Send a file through the whole pipeline, wait until every hop has drained, and check every number against",
            "another. Uses the stack that runs, or starts one and stops it in the end. Ends with 0 when all numbers",
            "agree and with 5 when two that must agree do not."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int DIFFERENT = 5;
    private static final int TRY_AGAIN = 75;
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    @Spec
    private CommandSpec spec;

    @Mixin
    private StackOption stack;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "Combined log or NDJSON, plain or gzipped (default: a log made for the purpose).")
    private Path input;

    @Option(names = "--report", paramLabel = "FILE", description = "Write every number to this file as JSON.")
    private Path report;

    @Option(names = "--port-base", paramLabel = "N", description = "First port of a stack that has to be started.")
    private int portBase = StackAddress.DEFAULT_PORT_BASE;

    @Option(
            names = "--patience",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "How long no number may move before the wait is over (default: 3m).")
    private Duration patience = Duration.ofMinutes(3);

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (input != null && (!Files.isReadable(input) || Files.isDirectory(input))) {
            throw new ParameterException(spec.commandLine(), input + " is not a file that can be read");
        }
        Optional<RunningStack> running = stack.find();
        if (running.isPresent()) {
            running.get().awaitReady(START_LIMIT);
            return run(running.get());
        }
        System.err.println("No stack runs yet: starting one for this demo.");
        StackOptions options = new StackOptions(
                new StackAddress(portBase),
                stack.state(),
                false,
                Set.of(),
                Set.of(),
                StackOptions.Content.DECLARED,
                false);
        try (LocalStack started = LocalStack.prepare(options, System.err, System.console() != null)) {
            // For Ctrl-C: the process ends when the hook does.
            Runtime.getRuntime().addShutdownHook(new Thread(started::close, "stop-the-stack"));
            started.start();
            return run(new RunningStack(started.access(), started.folder()));
        }
    }

    private int run(RunningStack target) throws IOException, InterruptedException {
        if (input != null) {
            return run(target, input);
        }
        Path folder = Files.createTempDirectory("millrace-demo");
        Path generated = folder.resolve("demo.log");
        try {
            DemoLog.write(generated);
            return run(target, generated);
        } finally {
            Files.deleteIfExists(generated);
            Files.delete(folder);
        }
    }

    private int run(RunningStack target, Path file) throws IOException, InterruptedException {
        long started = System.nanoTime();
        Sent sent;
        try {
            sent = send(target, new SourceFile(file));
        } catch (SendException e) {
            System.err.println("millrace: " + e.getMessage());
            return e.isWorthRetrying() ? TRY_AGAIN : FAILED;
        }
        Numbers numbers = new Numbers();
        numbers.put(Numbers.ACCEPTED, sent.report().accepted());
        List<Difference> differences;
        try (Hops hops = new Hops(target.access(), target.shop(), sent.sites(), sent.accepted())) {
            Drain drain = new Drain(hops.all(), numbers, patience);
            try (ProgressLine shown = ProgressLine.start(drain::progress)) {
                differences = drain.await();
            }
        }
        DemoReport result =
                new DemoReport(sent.sites(), sent.report(), numbers, differences, (System.nanoTime() - started) / 1e9);
        if (report != null) {
            Files.writeString(report, result.json());
        }
        tell(result, sent);
        return differences.isEmpty() ? 0 : DIFFERENT;
    }

    private record Sent(SendReport report, Set<String> sites, IdSet accepted) {}

    private Sent send(RunningStack target, SourceFile file) throws IOException, SendException, InterruptedException {
        IdSet accepted = new IdSet();
        Set<String> sites = ConcurrentHashMap.newKeySet();
        sites.add(file.site());
        FileSender.Options options =
                new FileSender.Options(file.site(), FileFormat.of(file).lines(), 500, 0, Duration.ofMinutes(5));
        System.err.println("Sending " + file.path() + " as site " + file.site() + " to " + target.events());
        SendReport sent = SendRun.send(target.client(), file, options, new SendListener() {
            @Override
            public void accepted(List<Event> events) {
                events.forEach(event -> {
                    accepted.add(event.id());
                    sites.add(event.site());
                });
            }
        });
        return new Sent(sent, sites, accepted);
    }

    private void tell(DemoReport result, Sent sent) {
        System.out.println();
        System.out.println(result.text());
        long others = result.numbers().get(Numbers.KAFKA) - sent.accepted().size();
        if (others > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "note: web.events holds %,d more events of this site, from other files or earlier versions of this"
                            + " one; the numbers below accepted include them%n",
                    others);
        }
        if (sent.report().malformed() + sent.report().refused() > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "note: %,d lines were malformed and %,d events refused; they are in no number%n",
                    sent.report().malformed(),
                    sent.report().refused());
        }
        if (result.differences().isEmpty()) {
            System.out.printf(Locale.ROOT, "%nAll numbers agree, after %.1f s.%n", result.seconds());
        } else {
            System.out.printf(
                    Locale.ROOT, "%nNothing has moved for %d s, and these do not agree:%n", patience.toSeconds());
            result.differences().forEach(difference -> System.out.println("  " + difference.text()));
        }
    }
}
