package io.millrace.local.send;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what happens, and passes it on. Safe for use by several threads. */
final class SendCounts implements SendListener {
    final AtomicLong lines = new AtomicLong();
    final AtomicLong blank = new AtomicLong();
    final AtomicLong malformed = new AtomicLong();
    final AtomicLong accepted = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong bytesRead = new AtomicLong();
    private final SendListener next;
    private volatile String waitingFor;

    SendCounts(SendListener next) {
        this.next = next;
    }

    @Override
    public void accepted(List<Event> events) {
        accepted.addAndGet(events.size());
        waitingFor = null;
        next.accepted(events);
    }

    @Override
    public void refused(Event event, Optional<String> field, String reason) {
        refused.incrementAndGet();
        waitingFor = null;
        next.refused(event, field, reason);
    }

    @Override
    public void malformed(long line, String reason) {
        malformed.incrementAndGet();
        next.malformed(line, reason);
    }

    @Override
    public void retrying(String reason) {
        retries.incrementAndGet();
        waitingFor = reason;
        next.retrying(reason);
    }

    /** Why nothing has been acknowledged of late; empty while all is well. */
    Optional<String> waitingFor() {
        return Optional.ofNullable(waitingFor);
    }

    SendReport report(String site, double seconds) {
        return new SendReport(
                site, lines.get(), blank.get(), malformed.get(), accepted.get(), refused.get(), retries.get(), seconds);
    }
}
