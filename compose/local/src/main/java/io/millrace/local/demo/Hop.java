package io.millrace.local.demo;

import io.millrace.local.client.ReadException;
import java.util.List;

/**
 * One reading of a store, which gives one number or more.
 *
 * @param names the numbers that it gives
 * @param reader reads them
 */
record Hop(List<String> names, Reader reader) {
    /** Reads a store. */
    interface Reader {
        void read(Numbers into) throws ReadException;
    }

    /** Reads the store; a failure becomes the reason why its numbers are not known. */
    void read(Numbers into) {
        try {
            reader.read(into);
        } catch (ReadException e) {
            names.forEach(name -> into.fail(name, e.getMessage()));
        }
    }
}
