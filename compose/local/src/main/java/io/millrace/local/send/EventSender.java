package io.millrace.local.send;

import io.millrace.local.client.EventAnswer;
import io.millrace.local.client.EventClient;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * Sends batches of events until each event is acknowledged or refused, several requests at a time. Retries carry the same
 * events with the same identities, so a request that was stored although its answer was lost counts once. Batches are
 * handed in by one thread.
 */
public final class EventSender implements AutoCloseable {
    /** Answers that no other batch would change: what listens there is no collector, or wants something else of us. */
    private static final Set<Integer> WRONG_ENDPOINT = Set.of(401, 403, 404, 405, 415);

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 3_000;

    private final EventClient client;
    private final int inFlight;
    private final Duration patience;
    private final RandomGenerator jitter;
    private final SendListener listener;
    private final Semaphore slots;
    private final ExecutorService requests;
    private final AtomicReference<SendException> failure = new AtomicReference<>();
    private final AtomicLong lastAnswer = new AtomicLong(System.nanoTime());

    /**
     * @param inFlight how many requests at a time
     * @param patience how long the endpoint may give no settling answer to any request before the sending fails
     * @param jitter spreads the retries
     * @param listener is called by the threads of the requests
     */
    public EventSender(
            EventClient client, int inFlight, Duration patience, RandomGenerator jitter, SendListener listener) {
        this.client = client;
        this.inFlight = inFlight;
        this.patience = patience;
        this.jitter = jitter;
        this.listener = listener;
        this.slots = new Semaphore(inFlight);
        this.requests = Executors.newFixedThreadPool(inFlight, task -> {
            Thread thread = new Thread(task, "send");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Takes a batch; waits while as many requests as allowed are on their way.
     *
     * @throws SendException when an earlier batch could not be delivered
     */
    public void send(List<Event> batch) throws SendException, InterruptedException {
        List<Event> events = List.copyOf(batch);
        slots.acquire();
        throwFailure();
        requests.execute(() -> {
            try {
                deliver(events);
            } catch (SendException e) {
                failure.compareAndSet(null, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failure.compareAndSet(null, new SendException("the sending was interrupted", true));
            } catch (RuntimeException e) {
                failure.compareAndSet(null, new SendException("the sending failed: " + e, false));
            } finally {
                slots.release();
            }
        });
    }

    /** Waits until every batch is settled. */
    public void finish() throws SendException, InterruptedException {
        slots.acquire(inFlight);
        slots.release(inFlight);
        throwFailure();
    }

    /** Gives up what is still on its way. */
    @Override
    public void close() {
        requests.shutdownNow();
    }

    private void deliver(List<Event> batch) throws SendException, InterruptedException {
        List<Event> open = batch;
        for (int attempt = 0; !open.isEmpty(); ) {
            if (failure.get() != null) {
                return;
            }
            EventAnswer answer = client.post(body(open));
            if (answer instanceof EventAnswer.Unavailable unavailable) {
                listener.retrying(unavailable.reason());
                pause(attempt++, unavailable);
                continue;
            }
            attempt = 0;
            lastAnswer.set(System.nanoTime());
            if (answer instanceof EventAnswer.Refused refused) {
                open = without(open, refused);
            } else {
                listener.accepted(open);
                return;
            }
        }
    }

    /** What is left to send after a refusal. */
    private List<Event> without(List<Event> open, EventAnswer.Refused refused)
            throws SendException, InterruptedException {
        if (WRONG_ENDPOINT.contains(refused.status())) {
            throw new SendException(
                    client.endpoint() + " answered " + refused.status() + " (" + refused.reason()
                            + "); is this the address of the http-source connector?",
                    false);
        }
        int index = open.size() == 1 ? 0 : refused.index().orElse(-1);
        if (index >= 0 && index < open.size()) {
            listener.refused(open.get(index), refused.field(), refused.reason());
            List<Event> rest = new ArrayList<>(open);
            rest.remove(index);
            return rest;
        }
        // The answer blames nobody: halves find out who it is.
        deliver(open.subList(0, open.size() / 2));
        return open.subList(open.size() / 2, open.size());
    }

    private void pause(int attempt, EventAnswer.Unavailable unavailable) throws SendException, InterruptedException {
        if (System.nanoTime() - lastAnswer.get() > patience.toNanos()) {
            throw new SendException(
                    "gave up after " + patience.toSeconds() + " s without an answer: " + unavailable.reason(), true);
        }
        long most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, 10));
        Thread.sleep(unavailable.retryAfter().toMillis() + jitter.nextLong(most) + 1);
    }

    private void throwFailure() throws SendException {
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private static byte[] body(List<Event> events) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(events.size() * 512);
        char separator = '[';
        for (Event event : events) {
            body.write(separator);
            body.writeBytes(event.json());
            separator = ',';
        }
        body.write(']');
        return body.toByteArray();
    }
}
