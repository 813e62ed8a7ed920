package io.millrace.local.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Waits until every number agrees, for as long as any of them still moves. Not safe for use by several threads. */
final class Drain {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final List<Hop> hops;
    private final Numbers numbers;
    private final Duration patience;
    private volatile String progress = "counting";

    /**
     * @param hops are read into the numbers
     * @param numbers may hold numbers already that no hop gives
     * @param patience how long nothing may move before the wait is over
     */
    Drain(List<Hop> hops, Numbers numbers, Duration patience) {
        this.hops = List.copyOf(hops);
        this.numbers = numbers;
        this.patience = patience;
    }

    /** Returns what still differs, which is nothing unless nothing has moved for too long. */
    List<Difference> await() throws InterruptedException {
        hops.forEach(hop -> hop.read(numbers));
        Map<String, Long> before = numbers.snapshot();
        long moved = System.nanoTime();
        boolean confirmed = true;
        while (true) {
            List<Difference> open = Agreement.differences(numbers);
            if (open.isEmpty() && confirmed) {
                return open;
            }
            if (System.nanoTime() - moved > patience.toNanos()) {
                return open;
            }
            progress = open.isEmpty() ? "checking once more" : table(open);
            if (open.isEmpty()) {
                // The hops settled one after the other: read all of them again, so that the numbers belong together.
                hops.forEach(hop -> hop.read(numbers));
                confirmed = true;
            } else {
                Thread.sleep(PAUSE.toMillis());
                Set<String> involved = open.stream()
                        .flatMap(difference -> difference.hops().stream())
                        .collect(Collectors.toSet());
                hops.stream()
                        .filter(hop -> hop.names().stream().anyMatch(involved::contains))
                        .forEach(hop -> hop.read(numbers));
                confirmed = false;
            }
            if (!numbers.snapshot().equals(before)) {
                before = numbers.snapshot();
                moved = System.nanoTime();
            }
        }
    }

    /** What is being waited for; may be asked by another thread. */
    String progress() {
        return progress;
    }

    private static String table(List<Difference> open) {
        return "waiting until these agree:" + System.lineSeparator()
                + open.stream()
                        .map(difference -> "  " + difference.text())
                        .collect(Collectors.joining(System.lineSeparator()));
    }
}
