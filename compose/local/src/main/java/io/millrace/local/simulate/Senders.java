package io.millrace.local.simulate;

import io.millrace.local.client.EventClient;
import io.millrace.local.client.RunningStack;
import io.millrace.local.send.Event;
import io.millrace.local.send.EventSender;
import io.millrace.local.send.SendException;
import io.millrace.local.send.SendListener;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A sender for each event kind, as a request carries one kind. Used by one thread. */
final class Senders implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** For the collector's own kind, whose events come the fastest. */
    private static final int VISITORS_IN_FLIGHT = 2;

    private final RunningStack stack;
    private final URI endpoint;
    private final SendListener listener;
    private final EventSender visitors;
    private final Map<String, EventSender> kinds = new LinkedHashMap<>();

    /** @param stack to whose collector events of visitors are posted; those of other kinds go to its paths */
    Senders(RunningStack stack, SendListener listener) {
        this.stack = stack;
        this.endpoint = stack.events();
        this.listener = listener;
        this.visitors = sender(endpoint, VISITORS_IN_FLIGHT);
    }

    private EventSender sender(URI uri, int inFlight) {
        return new EventSender(new EventClient(uri, stack.access()), inFlight, PATIENCE, new Random(), listener);
    }

    /** Takes events of visitors. */
    void send(List<Event> events) throws SendException, InterruptedException {
        visitors.send(events);
    }

    /** Takes events of another kind. */
    void send(String kind, List<Event> events) throws SendException, InterruptedException {
        if (!events.isEmpty()) {
            kinds.computeIfAbsent(kind, name -> sender(URI.create(endpoint + "/" + name), 1))
                    .send(events);
        }
    }

    /** Waits until every event is settled. */
    void finish() throws SendException, InterruptedException {
        visitors.finish();
        for (EventSender sender : kinds.values()) {
            sender.finish();
        }
    }

    /** Gives up what is still on its way. */
    @Override
    public void close() {
        visitors.close();
        kinds.values().forEach(EventSender::close);
    }
}
