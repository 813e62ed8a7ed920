package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Breaks a stack in every way that one machine allows and sees each alert fire and, after the repair, clear. Takes about twenty
 * minutes, and then the time to the next full hour, so only on demand: {@code -Dmillrace.faults=true}, and
 * {@code -Dmillrace.faults.rounds=2,3} for some of the rounds. The rules are the shipped ones with shorter windows.
 */
@EnabledIfSystemProperty(
        named = "millrace.faults",
        matches = "true",
        disabledReason = "on demand: -Dmillrace.faults=true")
class FaultsIT {
    private static final int PORT_BASE = 27900;
    /** The only rounds to be run, by number; empty for all. */
    private static final Set<String> ROUNDS = Set.copyOf(
            Arrays.stream(System.getProperty("millrace.faults.rounds", "").split(","))
                    .filter(number -> !number.isBlank())
                    .toList());

    /** A round ends as soon as all has happened; two cores with a broken stack on them can take minutes. */
    private static final Duration TO_FIRE = Duration.ofSeconds(300);

    private static final Duration TO_CLEAR = Duration.ofSeconds(400);

    /**
     * Faults at the same time.
     *
     * @param traffic whether events come after the repair: what is measured per batch or minute is only measured anew with them
     */
    private record Round(boolean traffic, List<StackFaults.Fault> faults) {
        static Round of(StackFaults.Fault... faults) {
            return new Round(true, List.of(faults));
        }

        static Round withoutTraffic(StackFaults.Fault... faults) {
            return new Round(false, List.of(faults));
        }
    }

    @TempDir
    Path folder;

    private final Map<String, String> seen = new TreeMap<>();
    private StackHands hands;
    private PrometheusServer prometheus;

    /** The windows of the shipped rules, shortened; what they look at and compare stays. */
    static String shortened(String rules) {
        return rules.replaceAll("(?m)^(\\s+for: ).*$", "$10s")
                .replace("[1h]", "[70s]")
                .replace("[30m]", "[60s]")
                .replace("[6h]", "[80s]")
                .replace("rollbacks[15m]", "rollbacks[180s]")
                .replace("[15m]", "[50s]")
                .replace("[10m]", "[45s]")
                .replace("[5m]", "[40s]")
                .replace("[2m]", "[30s]")
                .replace("offset 10m", "offset 45s")
                .replace("inactive_seconds > 300", "inactive_seconds > 10")
                .replace("timestamp_seconds > 600", "timestamp_seconds > 20")
                .replaceAll("(last_commit_timestamp_seconds\\{[^}]*}) > 900", "$1 > 30")
                .replace("[40s]) > 5\n", "[40s]) > 3\n")
                .replace("> 1000", "> 20")
                .replace("[40s]) > 10", "[40s]) > 3")
                .replace("refused_total[30s]) > 20", "refused_total[30s]) > 8");
    }

    @Test
    void everyAlertFiresInARealFaultAndClearsAfterTheRepair() throws Exception {
        try (LocalStack stack = LocalStack.start(folder.resolve("state"), PORT_BASE)) {
            hands = new StackHands(stack);
            StackFaults faults = new StackFaults(hands);
            LoadFaults load = new LoadFaults(hands);
            prometheus = PrometheusServer.start(
                    Files.createDirectory(folder.resolve("prometheus")), stack, FaultsIT::shortened);
            try {
                warmUp();
                List<Round> rounds = List.of(
                        Round.of(
                                faults.failedConnector(),
                                faults.stoppedSink(),
                                faults.evictingRedis(),
                                faults.redIndex(),
                                faults.blockedIndex(),
                                faults.spareSlot(),
                                faults.poison(),
                                faults.refusedSchema(),
                                faults.filteredProbes(),
                                faults.repeatedProbe(),
                                faults.smallBudget(),
                                faults.neglectedTable()),
                        Round.of(
                                faults.stoppedCollector(),
                                faults.frozenRedis(),
                                faults.frozenS3(),
                                faults.frozenLake()),
                        Round.of(
                                faults.killedInCommit(),
                                faults.refusedCapture(),
                                faults.failingJob(),
                                faults.forgottenTarget(prometheus),
                                load.slowRedis(),
                                load.spike(),
                                new LostBroker(hands, Files.createDirectory(folder.resolve("broker"))).fault()),
                        Round.of(load.flood()),
                        Round.of(load.frozenKafka()),
                        // Alone and last: it moves the watermark half an hour ahead, so that nobody's events are on
                        // time.
                        Round.withoutTraffic(faults.lateEvents()));
                for (int i = 0; i < rounds.size(); i++) {
                    if (ROUNDS.isEmpty() || ROUNDS.contains(Integer.toString(i + 1))) {
                        run(rounds.get(i));
                    }
                }
                nextHour();
            } finally {
                prometheus.close();
            }
        }
        report();
    }

    /**
     * Events now, so that what compares with before has something to compare with. The lake's driver starts last, and
     * some faults are in what it has written.
     */
    private void warmUp() throws Exception {
        for (int i = 0; i < 20; i++) {
            hands.event(Instant.now());
        }
        await().atMost(TO_CLEAR).until(() -> Files.exists(hands.table("web_events_raw")));
        Thread.sleep(Duration.ofSeconds(15).toMillis());
    }

    private void run(Round round) throws Exception {
        List<StackFaults.Fault> broken = round.faults();
        Set<String> expected = new TreeSet<>();
        for (StackFaults.Fault fault : broken) {
            expected.addAll(fault.alerts());
        }
        Map<String, String> before = quiet(expected);
        Instant began = Instant.now();
        for (StackFaults.Fault fault : broken) {
            try {
                fault.breaking().run();
            } catch (Exception e) {
                seen.put(fault.name(), "could not be broken: " + e);
            }
        }
        Set<String> firing = new TreeSet<>();
        while (!firing.containsAll(expected) && Instant.now().isBefore(began.plus(TO_FIRE))) {
            hands.event(Instant.now());
            prometheus.alerts().forEach((alert, state) -> {
                if (state.equals("firing") && firing.add(alert) && !"firing".equals(before.get(alert))) {
                    seen.put(
                            alert,
                            "fired after "
                                    + Duration.between(began, Instant.now()).toSeconds() + " s");
                }
            });
            Thread.sleep(500);
        }
        Instant repaired = Instant.now();
        for (StackFaults.Fault fault : broken) {
            try {
                fault.repair().run();
            } catch (Exception e) {
                seen.put(fault.name(), "could not be repaired: " + e);
            }
        }
        Set<String> open = new TreeSet<>(firing);
        open.removeAll(StackFaults.HOURLY);
        while (!open.isEmpty() && Instant.now().isBefore(repaired.plus(TO_CLEAR))) {
            if (round.traffic()) {
                hands.event(Instant.now());
            }
            prometheus.alerts().forEach((alert, state) -> {
                if (!state.equals("firing") && open.remove(alert)) {
                    seen.merge(
                            alert,
                            ", cleared "
                                    + Duration.between(repaired, Instant.now()).toSeconds() + " s after the repair",
                            String::concat);
                }
            });
            Thread.sleep(500);
        }
        open.forEach(alert -> seen.merge(alert, ", NOT CLEARED", String::concat));
        expected.stream().filter(alert -> !firing.contains(alert)).forEach(alert -> seen.put(alert, "NOT FIRED"));
    }

    /** Awaits that none of some alerts fires: one that fires already says nothing about the fault that is to come. */
    private Map<String, String> quiet(Set<String> expected) throws Exception {
        Instant end = Instant.now().plus(TO_CLEAR);
        while (true) {
            Map<String, String> now = prometheus.alerts();
            List<String> early = expected.stream()
                    .filter(alert -> "firing".equals(now.get(alert)))
                    .toList();
            if (early.isEmpty() || Instant.now().isAfter(end)) {
                early.forEach(alert -> seen.merge(alert, "NOT QUIET before its fault", (a, b) -> a + ", " + b));
                return now;
            }
            hands.event(Instant.now());
            Thread.sleep(500);
        }
    }

    /** What is about an hour clears with the next one, when good events come. */
    private void nextHour() throws Exception {
        Instant turn = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
        Instant end = turn.plus(TO_CLEAR);
        Set<String> open = new TreeSet<>(StackFaults.HOURLY);
        open.retainAll(seen.keySet());
        while (!open.isEmpty() && Instant.now().isBefore(end)) {
            hands.event(Instant.now());
            hands.reading();
            prometheus.alerts().forEach((alert, state) -> {
                if (!state.equals("firing") && open.remove(alert)) {
                    seen.merge(alert, ", cleared with the next hour", String::concat);
                }
            });
            Thread.sleep(2_000);
        }
        open.forEach(alert -> seen.merge(alert, ", NOT CLEARED", String::concat));
    }

    private void report() throws IOException {
        List<String> lines = new ArrayList<>();
        for (AlertRules.Alert alert : AlertRules.all()) {
            lines.add(
                    String.format("%-28s %s", alert.name(), seen.getOrDefault(alert.name(), "no fault makes it fire")));
        }
        seen.forEach((name, what) -> {
            if (what.startsWith("could not")) {
                lines.add(name + " " + what);
            }
        });
        String text = String.join("\n", lines);
        Files.writeString(Path.of("target/faults.txt"), text + "\n");
        assertThat(seen.values()).as(text).noneMatch(what -> what.contains("NOT ") || what.startsWith("could not"));
    }
}
