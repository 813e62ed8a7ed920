package io.millrace.connect.file;

import io.millrace.connect.commons.RetryBudget;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one object after the other, a batch at a time, and outlives failures of the store. Used by one thread. */
final class Reading implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reading.class);
    private static final long PATIENCE_MS = 200;
    private static final int MOST_OPENED = 500;

    private final Backlog backlog;
    private final Opener opener;
    private final Records records;
    private final Tidying tidying;
    private final InFlight inFlight;
    private final Bounds bounds;
    private final RetryBudget retries;
    private final Clock clock;
    private final FileMetrics metrics;
    private Backlog.Found found;
    private OpenObject current;
    private long notBefore;

    /**
     * How much is read at once.
     *
     * @param records of a batch
     * @param bytes of a batch, about
     */
    record Bounds(int records, long bytes, RateLimit recordRate, RateLimit byteRate) {}

    Reading(
            Backlog backlog,
            Opener opener,
            Records records,
            Tidying tidying,
            InFlight inFlight,
            Bounds bounds,
            RetryBudget retries,
            Clock clock,
            FileMetrics metrics) {
        this.backlog = backlog;
        this.opener = opener;
        this.records = records;
        this.tidying = tidying;
        this.inFlight = inFlight;
        this.bounds = bounds;
        this.retries = retries;
        this.clock = clock;
        this.metrics = metrics;
    }

    /**
     * The next records; none, but not null, when there is none for a moment.
     *
     * @throws ConnectException when somebody has to change something
     */
    List<SourceRecord> poll() throws InterruptedException {
        tidying.run();
        if (backlog.hasTurned()) {
            tidying.retry();
            inFlight.forgetIdle();
        }
        List<SourceRecord> batch = new ArrayList<>();
        long wait = notBefore - clock.millis();
        if (wait > 0) {
            TimeUnit.MILLISECONDS.sleep(Math.min(PATIENCE_MS, wait));
            return batch;
        }
        long room = Math.min(bounds.records(), bounds.recordRate().available());
        if (room == 0 || bounds.byteRate().available() == 0) {
            TimeUnit.MILLISECONDS.sleep(PATIENCE_MS / 4);
            return batch;
        }
        try {
            fill(batch, room);
        } catch (ObjectMoved gone) {
            LOG.info("{}", gone.getMessage());
            leave();
        } catch (ObjectDenied denied) {
            metrics.failed();
            LOG.warn("{}; the others are read, and it is tried again after the next look", denied.getMessage());
            leave();
        } catch (IOException e) {
            failed(e);
        }
        return batch;
    }

    private void fill(List<SourceRecord> batch, long room) throws IOException, InterruptedException {
        long bytes = 0;
        long taken = 0;
        int opened = 0;
        // After a restart there may be very many objects with nothing left in them.
        while (opened < MOST_OPENED
                && taken < room
                && bytes < bounds.bytes()
                && bounds.byteRate().available() > 0) {
            if (current == null) {
                if (!openNext(batch.isEmpty())) {
                    return;
                }
                opened++;
            }
            try {
                Entry entry = current.next();
                if (entry == null) {
                    end();
                    continue;
                }
                taken++;
                bytes += entry.content().size();
                bounds.recordRate().take(1);
                bounds.byteRate().take(entry.content().size());
                records.of(current, entry).ifPresent(batch::add);
            } catch (BrokenObject reason) {
                broken(reason, batch);
            }
        }
    }

    private boolean openNext(boolean patiently) throws IOException, InterruptedException {
        if (found == null) {
            found = backlog.next(patiently ? PATIENCE_MS : 0).orElse(null);
        }
        if (found == null) {
            return false;
        }
        current = opener.open(found);
        restored();
        return true;
    }

    private void end() {
        if (!current.isComplete()) {
            leave();
            return;
        }
        if (current.offset().done()) {
            metrics.finished();
        }
        backlog.done(current.object(), current.offset());
        current.progress().ended();
        close();
        found = null;
    }

    /** It stays where it is, however it is to be cleaned up, for somebody to look at. */
    private void broken(BrokenObject reason, List<SourceRecord> batch) {
        records.ofBroken(current, reason).ifPresent(batch::add);
        LOG.warn("{} cannot be read to its end: {}", current.object().path(), reason.getMessage());
        backlog.done(current.object(), current.offsetOfBroken());
        close();
        found = null;
    }

    private void leave() {
        if (current != null) {
            backlog.reached(current.object(), current.offset());
        }
        close();
        found = null;
    }

    private void failed(IOException e) {
        if (e instanceof StoreException store && store.isFatal()) {
            throw new ConnectException(e.getMessage(), e);
        }
        metrics.failed();
        if (!retries.inOutage()) {
            LOG.warn("{}; tried again", e.getMessage());
        }
        notBefore = clock.millis() + retries.failed().orElseThrow();
        if (current != null) {
            // To be opened again where it was left.
            found = new Backlog.Found(current.object(), Optional.of(current.offset()), found.settled());
            backlog.reached(current.object(), current.offset());
            close();
        }
    }

    private void restored() {
        metrics.available();
        retries.succeeded().ifPresent(millis -> LOG.info("the files can be read again, after {} ms", millis));
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
