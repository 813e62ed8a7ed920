package io.millrace.connect.file;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * What is to be read, and from where on. An object that is read to its end is passed by until it changes. Used by one
 * thread.
 */
final class Backlog {
    private final Scanner scanner;
    private final OffsetStorageReader stored;
    private final boolean atomic;
    private final ContentPlan plan;
    private final long settleMs;
    private final Clock clock;
    private final FileMetrics metrics;
    private final Deque<Found> pending = new ArrayDeque<>();
    private final Seen seen = new Seen();
    /** How far objects were read by this task, which Connect may not have stored yet. */
    private final Map<String, FileOffset> reached = new HashMap<>();

    private final Set<String> foundNow = new HashSet<>();
    private long count;
    private boolean turned;

    /**
     * An object with something to read in it.
     *
     * @param offset empty to begin at the beginning
     * @param settled whether nobody will add to it
     */
    record Found(StoredObject object, Optional<FileOffset> offset, boolean settled) {}

    Backlog(
            Scanner scanner,
            OffsetStorageReader stored,
            boolean atomic,
            ContentPlan plan,
            long settleMs,
            Clock clock,
            FileMetrics metrics) {
        this.scanner = scanner;
        this.stored = stored;
        this.atomic = atomic;
        this.plan = plan;
        this.settleMs = settleMs;
        this.clock = clock;
        this.metrics = metrics;
    }

    /**
     * The next object; empty when there is none within the time.
     *
     * @throws StoreException when the location cannot be listed
     */
    Optional<Found> next(long waitMs) throws StoreException, InterruptedException {
        if (pending.isEmpty()) {
            Scanner.News news = scanner.next(waitMs);
            if (news instanceof Scanner.Part part) {
                take(part.objects());
            } else if (news instanceof Scanner.End end) {
                turn(end);
            } else if (news instanceof Scanner.Failed failed) {
                forgetHalfALook();
                throw failed.failure();
            }
        }
        return Optional.ofNullable(pending.poll());
    }

    private void take(List<StoredObject> objects) {
        Map<StoredObject, Map<String, String>> unread = new HashMap<>();
        for (StoredObject object : objects) {
            count++;
            foundNow.add(object.identity());
            if (!seen.contains(object) && (isSettled(object) || plan.growsReadably(object))) {
                unread.put(object, FileOffset.partition(object.identity()));
            }
        }
        List<Map<String, String>> asked = unread.entrySet().stream()
                .filter(entry -> !reached.containsKey(entry.getKey().identity()))
                .map(Map.Entry::getValue)
                .toList();
        Map<Map<String, String>, Map<String, Object>> offsets = asked.isEmpty() ? Map.of() : stored.offsets(asked);
        for (StoredObject object : objects) {
            Map<String, String> partition = unread.get(object);
            if (partition != null) {
                pending.add(new Found(object, offset(object, offsets.get(partition)), isSettled(object)));
            }
        }
    }

    private Optional<FileOffset> offset(StoredObject object, Map<String, Object> stored) {
        FileOffset known = reached.get(object.identity());
        if (known != null) {
            return Optional.of(known);
        }
        return Optional.ofNullable(stored).map(FileOffset::of);
    }

    private boolean isSettled(StoredObject object) {
        return atomic || clock.millis() - object.modified() >= settleMs;
    }

    private void turn(Scanner.End end) {
        seen.turn();
        reached.keySet().retainAll(foundNow);
        metrics.scanned(count, end.millis());
        forgetHalfALook();
        turned = true;
    }

    private void forgetHalfALook() {
        foundNow.clear();
        count = 0;
    }

    /** Whether a look has ended since this was asked for last. */
    boolean hasTurned() {
        boolean has = turned;
        turned = false;
        return has;
    }

    /** There is nothing more to read in it until it changes. */
    void done(StoredObject object, FileOffset offset) {
        seen.add(object);
        if (atomic) {
            // Another content has another version, and is read from its beginning.
            reached.remove(object.identity());
        } else {
            reached.put(object.identity(), offset);
        }
    }

    /** So far it was read; to be told before the object is given again. */
    void reached(StoredObject object, FileOffset offset) {
        reached.put(object.identity(), offset);
    }
}
