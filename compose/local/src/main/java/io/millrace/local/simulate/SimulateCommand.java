package io.millrace.local.simulate;

import io.millrace.local.client.ProgressLine;
import io.millrace.local.client.RunningStack;
import io.millrace.local.client.StackOption;
import io.millrace.local.send.Event;
import io.millrace.local.send.Pacer;
import io.millrace.local.send.SendException;
import io.millrace.local.send.SendListener;
import io.millrace.local.shop.ShopClerk;
import io.millrace.local.stack.DurationConverter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace simulate}. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Be a shop: visitors, card payments, requests of services and readings of sensors over HTTP, with some late and",
            "some duplicate events, and orders, status changes and deletions in PostgreSQL. Runs until Ctrl-C or --for is",
            "over, then says what it did."
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int TRY_AGAIN = 75;
    private static final Duration FOREVER = Duration.ofDays(36_500);

    @Spec
    private CommandSpec spec;

    @Mixin
    private StackOption stack;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Events of visitors per second; the other kinds follow (default: ${DEFAULT-VALUE}).")
    private double rate = 20;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "How long, for example 90s or 10m (default: until Ctrl-C).")
    private Duration limit = FOREVER;

    @Option(names = "--seed", paramLabel = "N", description = "Makes the same visitors do the same things again.")
    private Long seed;

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile String waitingFor = "";
    private volatile boolean open = true;

    @Override
    public Integer call() throws InterruptedException {
        if (rate <= 0) {
            throw new ParameterException(spec.commandLine(), "--rate must be more than 0");
        }
        RunningStack target = stack.require();
        long start = seed != null ? seed : System.nanoTime();
        // The same seed gives the same behaviour, but new events: those of an earlier run would be duplicates.
        String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        CountDownLatch told = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(told), "end-of-simulation"));
        // Visitors and transactions each have their own randomness: they run on two threads.
        try (Backroom backroom = new Backroom(target.shop(), new Random(start + 1), rate / 10)) {
            Crowd crowd = new Crowd(Clock.systemUTC(), new Random(start), run, backroom::order);
            List<Traffic> traffic = traffic(start, run);
            int code = run(target, crowd, traffic, backroom);
            backroom.close();
            System.out.println(summary(crowd, traffic, backroom));
            return code;
        } finally {
            told.countDown();
        }
    }

    /** Each kind has its own randomness, so that one does not change with the rate of another. */
    private static List<Traffic> traffic(long start, String run) {
        List<Traffic> traffic = new ArrayList<>();
        List<Function<Random, Traffic.Source>> sources = List.of(Payments::new, ServiceRequests::new, Sensors::new);
        for (int i = 0; i < sources.size(); i++) {
            Traffic.Source source = sources.get(i).apply(new Random(start + 10 + i));
            traffic.add(new Traffic(source, Clock.systemUTC(), new Random(start + 20 + i), run));
        }
        return traffic;
    }

    /** On Ctrl-C: lets the summary be printed before the process ends. */
    private void stop(CountDownLatch told) {
        open = false;
        try {
            told.await(15, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int run(RunningStack target, Crowd crowd, List<Traffic> traffic, Backroom backroom)
            throws InterruptedException {
        long end = System.nanoTime() + Math.min(limit.toNanos(), Long.MAX_VALUE / 4);
        Pacer pacer = new Pacer(rate);
        int most = pacer.batch(200);
        try (Senders senders = new Senders(target, listener());
                ProgressLine shown = ProgressLine.start(() -> progress(crowd, backroom))) {
            while (open && System.nanoTime() < end) {
                List<Event> batch = new ArrayList<>();
                for (int i = 0; i < most; i++) {
                    batch.add(crowd.next());
                }
                pacer.await(batch.size());
                senders.send(batch);
                for (Traffic each : traffic) {
                    senders.send(each.kind(), each.beside(batch.size()));
                }
            }
            senders.finish();
            return 0;
        } catch (SendException e) {
            System.err.println("millrace: " + e.getMessage());
            return e.isWorthRetrying() ? TRY_AGAIN : FAILED;
        }
    }

    private SendListener listener() {
        return new SendListener() {
            @Override
            public void accepted(List<Event> events) {
                accepted.addAndGet(events.size());
                waitingFor = "";
            }

            @Override
            public void refused(Event event, Optional<String> field, String reason) {
                if (refused.incrementAndGet() == 1) {
                    System.err.println("an event was refused: " + field.orElse("") + " " + reason);
                }
            }

            @Override
            public void retrying(String reason) {
                waitingFor = "  waiting: " + reason;
            }
        };
    }

    private String progress(Crowd crowd, Backroom backroom) {
        String trouble = backroom.trouble();
        return String.format(
                        Locale.ROOT,
                        "%,d events accepted, %,d visits, %,d orders placed",
                        accepted.get(),
                        crowd.visits(),
                        backroom.done().getOrDefault(ShopClerk.Deed.ORDER, 0))
                + waitingFor
                + (trouble == null ? "" : "  database: " + trouble);
    }

    private String summary(Crowd crowd, List<Traffic> traffic, Backroom backroom) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d events accepted, %,d refused%n"
                        + "visitors of site %s: %,d unique events (%,d of them late, by up to %d minutes) and %,d duplicates, of %,d visits%n",
                accepted.get(),
                refused.get(),
                Crowd.SITE,
                crowd.unique(),
                crowd.late(),
                Crowd.LATEST.toMinutes(),
                crowd.duplicates(),
                crowd.visits()));
        traffic.forEach(each -> text.append(String.format(
                Locale.ROOT,
                "%s: %,d unique events (%,d of them late, by up to %d minutes) and %,d duplicates%n",
                each.kind(),
                each.unique(),
                each.late(),
                Traffic.LATEST.toMinutes(),
                each.duplicates())));
        backroom.done()
                .forEach((deed, count) -> text.append(String.format(Locale.ROOT, "%,d %s%n", count, deed.text())));
        return text.toString().stripTrailing();
    }
}
