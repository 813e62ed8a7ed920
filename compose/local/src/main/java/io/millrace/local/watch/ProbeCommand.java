package io.millrace.local.watch;

import io.millrace.local.StackAddress;
import io.millrace.local.client.RunningStack;
import io.millrace.local.client.StackOption;
import io.millrace.local.stack.DurationConverter;
import io.millrace.local.stack.StackException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace probe}. */
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        description = {
            "Send numbered probes into every way in, find them at every hop, and tell how old they are there and whether any"
                    + " is missing. A stack runs one of these all the time; its numbers are shown by ./millrace status.",
            "Ends with 5 when a probe was lost or a topic has one twice."
        })
public final class ProbeCommand implements Callable<Integer> {
    private static final int DIFFERENCE = 5;
    private static final Duration DOCUMENTS_EVERY = Duration.ofSeconds(15);
    private static final Duration LINES_EVERY = Duration.ofSeconds(5);
    /** After the last probe: so long one may take that is in time, and then until it is certain that one is lost. */
    private static final Duration LAST_WAIT = SourceBook.IN_TIME.plus(SourceBook.GRACE);

    @Mixin
    private StackOption stack;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the prober in its rows (default: alone).")
    private String name = "alone";

    @Option(
            names = "--sources",
            split = ",",
            paramLabel = "SOURCE",
            description = "Ways in: http, mqtt, postgres (default: all).")
    private List<String> sources = List.of(HttpProbeSource.NAME, MqttProbeSource.NAME, PostgresProbeSource.NAME);

    @Option(
            names = "--interval",
            converter = DurationConverter.class,
            paramLabel = "DURATION",
            description = "Time between two probes of a source (default: 1s).")
    private Duration interval = Duration.ofSeconds(1);

    @Option(names = "--count", paramLabel = "N", description = "End after so many probes of each source.")
    private long count;

    @Option(
            names = "--http",
            paramLabel = "URL",
            description = "Post events there instead of to the stack's collector.")
    private URI http;

    @Option(
            names = "--listen",
            paramLabel = "PORT",
            description = "Serve /metrics, with those of the stack's servers, and /freshness on this port of 127.0.0.1,"
                    + " and keep what is found in Elasticsearch.")
    private Integer listen;

    @Option(names = "--json", description = "Print JSON in the end.")
    private boolean json;

    @Option(names = "--quiet", description = "Print nothing.")
    private boolean quiet;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (interval.isZero() || interval.isNegative()) {
            throw new StackException("--interval must be longer than nothing");
        }
        RunningStack running = stack.require();
        if (running.access().isSecured()) {
            throw new StackException("the prober has no account on a stack that was started with --secure; see what"
                    + " compose/SECURITY.md says about measurements");
        }
        Clock clock = Clock.systemUTC();
        ProbeBook book = new ProbeBook(listen == null ? name : "stack", Long.toString(clock.millis()), sources, clock);
        ProbeReport report = new ProbeReport(book, clock);
        ScheduledExecutorService turns = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "turns");
            thread.setDaemon(true);
            return thread;
        });
        try (Prober prober = new Prober(book, ways(running, book.probe()), running.address());
                AutoCloseable exporter = listen == null ? () -> {} : exporter(running, report, clock, turns)) {
            prober.start(interval, count);
            if (!quiet && !json) {
                turns.scheduleWithFixedDelay(
                        () -> print(report), LINES_EVERY.toMillis(), LINES_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            }
            awaitEnd(book);
            if (json) {
                out().println(report.json().toPrettyString());
            } else if (!quiet) {
                print(report);
            }
            out().flush();
            return isWhole(book) ? 0 : DIFFERENCE;
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        } finally {
            turns.shutdownNow();
        }
    }

    private static boolean isWhole(ProbeBook book) {
        return book.losses().isEmpty() && book.sum(SourceBook::duplicates) == 0;
    }

    /** Without a count, for ever. */
    private void awaitEnd(ProbeBook book) throws InterruptedException {
        while (count == 0 || book.sum(SourceBook::sent) < count * sources.size()) {
            Thread.sleep(200);
        }
        long deadline = System.nanoTime() + LAST_WAIT.toNanos();
        while (book.sum(SourceBook::open) > 0 && System.nanoTime() < deadline) {
            Thread.sleep(200);
        }
    }

    private List<ProbeSource> ways(RunningStack running, String probe) {
        List<ProbeSource> ways = new ArrayList<>();
        for (String source : sources) {
            ways.add(
                    switch (source) {
                        case HttpProbeSource.NAME -> new HttpProbeSource(http == null ? running.events() : http);
                        case MqttProbeSource.NAME ->
                            new MqttProbeSource(
                                    URI.create("mqtt://" + StackAddress.HOST + ":"
                                            + running.address().mqtt()),
                                    probe);
                        case PostgresProbeSource.NAME -> new PostgresProbeSource(running.shop());
                        default ->
                            throw new StackException("no source " + source + "; there are http, mqtt and postgres");
                    });
        }
        return ways;
    }

    private AutoCloseable exporter(
            RunningStack running, ProbeReport report, Clock clock, ScheduledExecutorService turns) throws IOException {
        StackAddress address = running.address();
        HttpJson elasticsearch = new HttpJson(StackAddress.url(address.elasticsearch()));
        KafkaCollector kafka = new KafkaCollector(address, elasticsearch, clock);
        Collectors collectors = new Collectors(
                List.of(
                        kafka,
                        new ConnectCollector(new HttpJson(StackAddress.url(address.connect()))),
                        new RegistryCollector(new HttpJson(StackAddress.url(address.registry()))),
                        new PostgresCollector(running.shop()),
                        new RedisCollector(address),
                        new ElasticsearchCollector(elasticsearch)),
                clock);
        FreshnessIndex index = new FreshnessIndex(elasticsearch, report, clock);
        turns.scheduleWithFixedDelay(
                () -> write(index), DOCUMENTS_EVERY.toMillis(), DOCUMENTS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        WatchServer server = new WatchServer(
                listen,
                () -> {
                    PrometheusText text = new PrometheusText();
                    report.metrics(text);
                    return text.text() + collectors.text();
                },
                () -> report.json().toString());
        collectors.start();
        return () -> {
            server.close();
            collectors.close();
            kafka.close();
        };
    }

    private static void write(FreshnessIndex index) {
        try {
            index.write();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            // The next turn tells the same totals.
        }
    }

    private void print(ProbeReport report) {
        report.lines().forEach(out()::println);
        out().println();
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
