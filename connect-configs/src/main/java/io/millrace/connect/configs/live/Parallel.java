package io.millrace.connect.configs.live;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A few threads that ask servers at the same time. The first failure is passed on as it was thrown. */
final class Parallel implements AutoCloseable {
    private final ExecutorService threads;

    Parallel(int threads) {
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "millrace-control");
            thread.setDaemon(true);
            return thread;
        });
    }

    <T> Future<T> start(Callable<T> task) {
        return threads.submit(task);
    }

    <T> List<T> all(List<Callable<T>> tasks) {
        List<Future<T>> futures = new ArrayList<>();
        tasks.forEach(task -> futures.add(threads.submit(task)));
        return futures.stream().map(Parallel::get).toList();
    }

    static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading the live state", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
