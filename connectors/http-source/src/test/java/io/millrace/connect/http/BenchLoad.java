package io.millrace.connect.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Load from several connections at once. */
final class BenchLoad {
    /** Stands for a status where the connection was refused or cut. */
    private static final int NO_ANSWER = 0;

    private final int port;
    private final int batch;
    private final int connections;

    BenchLoad(int port, int batch, int connections) {
        this.port = port;
        this.batch = batch;
        this.connections = connections;
    }

    /** @param statuses how many answers of each status there were */
    record Result(double eventsPerSecond, double p50Ms, double p99Ms, Map<Integer, Integer> statuses) {
        String shown() {
            return "p50 %.1f ms, p99 %.1f ms".formatted(p50Ms, p99Ms);
        }
    }

    /** Each connection sends as soon as it has its answer. */
    Result atMaximum(double seconds) throws Exception {
        return run(seconds, 0);
    }

    /**
     * Batches at a steady rate. Latency counts from when a batch was due, so that a pause of the server costs all that were
     * due meanwhile.
     */
    Result atRate(double eventsPerSecond, double seconds) throws Exception {
        return run(seconds, (long) (1e9 * connections * batch / eventsPerSecond));
    }

    private record Part(long[] nanos, Map<Integer, Integer> statuses) {}

    private Result run(double seconds, long intervalNanos) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            List<Callable<Part>> clients = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                long first = start + intervalNanos * i / connections;
                clients.add(() -> client(first, end, intervalNanos));
            }
            List<Part> parts = new ArrayList<>();
            for (Future<Part> part : threads.invokeAll(clients)) {
                parts.add(part.get());
            }
            return result(parts, (System.nanoTime() - start) / 1e9);
        } finally {
            threads.shutdown();
            threads.awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    private Part client(long first, long end, long intervalNanos) throws IOException, InterruptedException {
        long[] nanos = new long[1024];
        int count = 0;
        Map<Integer, Integer> statuses = new TreeMap<>();
        BenchClient client = null;
        try {
            for (long due = first; System.nanoTime() < end; due += intervalNanos) {
                if (intervalNanos > 0) {
                    long wait = due - System.nanoTime();
                    if (wait > 0) {
                        TimeUnit.NANOSECONDS.sleep(wait);
                    }
                }
                long begin = intervalNanos > 0 ? due : System.nanoTime();
                int status;
                try {
                    client = client == null ? new BenchClient(port, batch) : client;
                    status = client.send();
                } catch (IOException e) {
                    status = NO_ANSWER;
                    close(client);
                    client = null;
                }
                statuses.merge(status, 1, Integer::sum);
                if (status == 200) {
                    nanos = count == nanos.length ? Arrays.copyOf(nanos, 2 * count) : nanos;
                    nanos[count++] = System.nanoTime() - begin;
                } else {
                    // As a client would that heeds Retry-After, in small.
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            }
        } finally {
            close(client);
        }
        return new Part(Arrays.copyOf(nanos, count), statuses);
    }

    private static void close(BenchClient client) throws IOException {
        if (client != null) {
            client.close();
        }
    }

    private Result result(List<Part> parts, double seconds) {
        long[] all = parts.stream()
                .flatMapToLong(part -> Arrays.stream(part.nanos()))
                .sorted()
                .toArray();
        Map<Integer, Integer> statuses = new TreeMap<>();
        parts.forEach(part -> part.statuses().forEach((status, count) -> statuses.merge(status, count, Integer::sum)));
        return new Result((double) all.length * batch / seconds, quantile(all, 0.5), quantile(all, 0.99), statuses);
    }

    private static double quantile(long[] sorted, double part) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, sorted.length * part)] / 1e6;
    }
}
