package io.millrace.connect.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cleans up objects that are finished: told by any thread, done by the one that reads. */
final class Tidying {
    private static final Logger LOG = LoggerFactory.getLogger(Tidying.class);

    private final Store store;
    private final Cleanup cleanup;
    private final FileMetrics metrics;
    private final Queue<StoredObject> finished = new ConcurrentLinkedQueue<>();
    private final List<StoredObject> failed = new ArrayList<>();

    Tidying(Store store, Cleanup cleanup, FileMetrics metrics) {
        this.store = store;
        this.cleanup = cleanup;
        this.metrics = metrics;
    }

    /** Kafka has the last record of it. */
    void finished(StoredObject object) {
        if (!(cleanup instanceof Cleanup.None)) {
            finished.add(object);
        }
    }

    /** Cleans up what is finished. */
    void run() {
        for (StoredObject object = finished.poll(); object != null; object = finished.poll()) {
            clean(object);
        }
    }

    /** Also tries again what could not be done before. */
    void retry() {
        List<StoredObject> again = List.copyOf(failed);
        failed.clear();
        again.forEach(this::clean);
    }

    private void clean(StoredObject object) {
        try {
            cleanup.of(store, object);
            metrics.cleaned();
        } catch (ObjectMoved changed) {
            LOG.info("{}; it is not cleaned up as it is, the next look finds what is there now", changed.getMessage());
        } catch (IOException e) {
            metrics.cleanupFailed();
            failed.add(object);
            LOG.warn("{} cannot be cleaned up and is tried again after the next look: {}", object.path(), e.toString());
        }
    }
}
