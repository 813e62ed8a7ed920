package io.millrace.connect.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Predicate;

/** Where files are. Used by one thread for reading, and by another for looking. */
interface Store extends AutoCloseable {

    /** Takes the objects that are found, a part at a time. */
    @FunctionalInterface
    interface Visitor {
        void found(List<StoredObject> part) throws InterruptedException;
    }

    /** Looks at everything below the root, in order of the paths. @param wanted tells by its path what is of interest */
    void list(Predicate<String> wanted, Visitor visitor) throws StoreException, InterruptedException;

    /**
     * The bytes from a position on. Every failure of the store while they are read is a {@link StoreException}.
     *
     * @throws ObjectMoved when it is not what was found any more
     */
    InputStream open(StoredObject object, long position) throws StoreException;

    /** What tells this content from another one under the same identity; stays when a file grows. */
    String fingerprint(StoredObject object) throws IOException;

    /** Whether the object still begins with the content that a fingerprint was made of. */
    boolean matches(StoredObject object, String fingerprint) throws IOException;

    /** Whether objects appear as a whole and never change. */
    boolean isAtomic();

    /** Removes it, if it is still what was found. @throws ObjectMoved when it is not */
    void delete(StoredObject object) throws IOException;

    /** Moves it below another folder, if it is still what was found. @throws ObjectMoved when it is not */
    void move(StoredObject object, String target) throws IOException;

    /** Throws with one sentence when the root cannot be listed. */
    void check() throws StoreException;

    @Override
    void close();
}
