package io.millrace.spark.serving;

import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;

/** What is known about an order or a product, and what it adds to others. */
interface SalesState {
    /**
     * Where amounts are added.
     *
     * @param key of the next state
     * @param start of the window in it, epoch milliseconds
     */
    record Target(String key, long start) implements Comparable<Target> {
        @Override
        public int compareTo(Target other) {
            int byKey = key.compareTo(other.key);
            return byKey != 0 ? byKey : Long.compare(start, other.start);
        }
    }

    /** Takes a change in; changes of the same row come in their order. */
    void apply(SalesStep step);

    /** All that it adds now. */
    Map<Target, Amounts> amounts();

    /** Whether there is nothing to remember. */
    boolean isEmpty();

    /** Writes it as it is kept in state; the layout is part of every checkpoint. */
    void write(DataOutput out) throws IOException;
}
