package io.millrace.connect.file;

import java.io.Closeable;
import java.io.IOException;

/** Reads the records of one object, in order. Used by one thread. */
interface EntryReader extends Closeable {

    /**
     * The next record; null at the end.
     *
     * @throws BrokenObject when nobody can read on
     * @throws StoreException when the store cannot be read now
     */
    Entry next() throws IOException, BrokenObject;
}
