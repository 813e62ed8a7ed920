package io.millrace.connect.file;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The progress of each object, one for as long as Kafka lacks a record of it, however often the object is opened until
 * then: a file that grows must not be deleted while records of an earlier look are under way. Used by one thread.
 */
final class InFlight {
    private final Map<String, Progress> byIdentity = new HashMap<>();
    private final Consumer<StoredObject> finished;

    /** @param finished is told of each object whose last record is settled */
    InFlight(Consumer<StoredObject> finished) {
        this.finished = finished;
    }

    Progress opened(StoredObject object) {
        Progress progress = byIdentity.computeIfAbsent(object.identity(), identity -> new Progress(finished));
        progress.opened(object);
        return progress;
    }

    /** Forgets those that nothing is under way of. */
    void forgetIdle() {
        byIdentity.values().removeIf(Progress::isIdle);
    }
}
