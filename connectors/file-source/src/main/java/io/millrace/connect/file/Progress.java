package io.millrace.connect.file;

import java.util.function.Consumer;

/**
 * The records of one object that Kafka does not have yet. When the object was read to its end and the last of them is
 * settled, whoever waits is told, once. Safe for use by several threads: records are settled by the producer's.
 */
final class Progress {
    private final Consumer<StoredObject> finished;
    private StoredObject object;
    private long outstanding;
    private boolean ended;

    Progress(Consumer<StoredObject> finished) {
        this.finished = finished;
    }

    /** It is read, for the first time or on. */
    synchronized void opened(StoredObject asItIsNow) {
        object = asItIsNow;
        ended = false;
    }

    synchronized void sent() {
        outstanding++;
    }

    void settled() {
        tell(() -> outstanding--);
    }

    /** There are no more records. */
    void ended() {
        tell(() -> ended = true);
    }

    synchronized boolean isIdle() {
        return outstanding == 0;
    }

    private void tell(Runnable change) {
        StoredObject told = null;
        synchronized (this) {
            change.run();
            if (ended && outstanding == 0) {
                told = object;
                ended = false;
            }
        }
        if (told != null) {
            finished.accept(told);
        }
    }
}
