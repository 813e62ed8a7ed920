package io.millrace.local.watch;

import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What one prober knows of its probes. Safe for use by several threads. */
final class ProbeBook {
    private final String probe;
    private final String run;
    private final Clock clock;
    private final Map<String, SourceBook> sources = new LinkedHashMap<>();
    private final Map<String, Long> next = new LinkedHashMap<>();

    ProbeBook(String probe, String run, Collection<String> sources, Clock clock) {
        this.probe = probe;
        this.run = run;
        this.clock = clock;
        sources.forEach(source -> this.sources.put(source, new SourceBook()));
    }

    String probe() {
        return probe;
    }

    Collection<String> sources() {
        return sources.keySet();
    }

    /** The next probe of a source, noted as sent now. */
    synchronized Ping next(String source) {
        long sequence = next.merge(source, 1L, Long::sum) - 1;
        Ping ping = new Ping(probe, run, source, sequence, clock.instant());
        sources.get(source).sent(ping);
        return ping;
    }

    /** Whoever takes probes did not say that it has this one, so nobody may count on it. */
    synchronized void refused(Ping ping, String why) {
        sources.get(ping.source()).refused(ping, why, clock.instant());
    }

    synchronized void seen(Ping ping, Hop hop) {
        sources.get(ping.source()).seen(ping.sequence(), hop, clock.instant());
    }

    /** The same by what a record says; probes of others are passed over. */
    synchronized void seen(String fromProbe, String fromRun, String source, long sequence, Hop hop) {
        if (probe.equals(fromProbe) && run.equals(fromRun) && sources.containsKey(source)) {
            sources.get(source).seen(sequence, hop, clock.instant());
        }
    }

    synchronized void tick() {
        sources.values().forEach(source -> source.tick(clock.instant()));
    }

    synchronized List<Ping> awaitedAt(Hop store, int mostPerSource) {
        return sources.values().stream()
                .flatMap(source -> source.awaitedAt(store, mostPerSource).stream())
                .toList();
    }

    /** What is known of each source, read at one moment. */
    synchronized <T> List<T> each(BiFunction<String, SourceBook, T> reading) {
        return sources.entrySet().stream()
                .map(source -> reading.apply(source.getKey(), source.getValue()))
                .toList();
    }

    /** A sum over the sources. */
    synchronized long sum(Function<SourceBook, Long> number) {
        return sources.values().stream().mapToLong(number::apply).sum();
    }

    synchronized List<Loss> losses() {
        return sources.values().stream()
                .flatMap(source -> source.losses().stream())
                .toList();
    }
}
