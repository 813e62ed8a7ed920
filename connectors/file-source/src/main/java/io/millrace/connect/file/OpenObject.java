package io.millrace.connect.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/**
 * An object that is being read. Reads one record ahead, because the offset of the last record has to say that it is the
 * last. Used by one thread.
 */
final class OpenObject implements Closeable {
    private final StoredObject object;
    private final String content;
    private final String topic;
    private final Values values;
    private final EntryReader reader;
    private final boolean settled;
    private final Progress progress;
    private final Map<String, String> partition;
    private Position position;
    private Entry ahead;
    private IOException storeFailure;
    private BrokenObject broken;
    private boolean begun;
    private boolean held;
    private boolean last;

    /**
     * @param content fingerprint of the object
     * @param from where the reader goes on
     * @param settled whether nobody will add to what is there
     */
    OpenObject(
            StoredObject object,
            String content,
            String topic,
            Values values,
            EntryReader reader,
            Position from,
            boolean settled,
            Progress progress) {
        this.object = object;
        this.content = content;
        this.topic = topic;
        this.values = values;
        this.reader = reader;
        this.position = from;
        this.settled = settled;
        this.progress = progress;
        this.partition = FileOffset.partition(object.identity());
    }

    /**
     * The next record; null when there is none now.
     *
     * @throws BrokenObject when the rest cannot be read
     * @throws StoreException when it cannot be read now; the object is to be opened again at {@link #offset()}
     */
    Entry next() throws IOException, BrokenObject {
        if (!begun) {
            begun = true;
            readAhead();
        }
        if (storeFailure != null) {
            throw storeFailure;
        }
        if (broken != null) {
            throw broken;
        }
        Entry entry = ahead;
        if (entry == null) {
            return null;
        }
        readAhead();
        position = entry.after();
        last = ahead == null && storeFailure == null && broken == null && isComplete();
        return entry;
    }

    private void readAhead() {
        ahead = null;
        try {
            Entry entry = reader.next();
            held = entry != null && !entry.terminated() && !settled;
            ahead = held ? null : entry;
        } catch (IOException e) {
            // What was read before it is good.
            storeFailure = e;
        } catch (BrokenObject e) {
            broken = e;
        }
    }

    /** Whether there will never be more than there was. */
    boolean isComplete() {
        return settled && !held;
    }

    /** Where the object is to be read on when the record that was given last is in Kafka. */
    FileOffset offset() {
        return new FileOffset(object.path(), content, object.size(), position, last);
    }

    /** Nothing of the rest will be read. */
    FileOffset offsetOfBroken() {
        return new FileOffset(object.path(), content, object.size(), position, true);
    }

    StoredObject object() {
        return object;
    }

    String topic() {
        return topic;
    }

    Values values() {
        return values;
    }

    Progress progress() {
        return progress;
    }

    Map<String, String> partition() {
        return partition;
    }

    String content() {
        return content;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            // It was only read.
        }
    }
}
