package io.millrace.spark.serving;

import java.io.DataOutput;
import java.io.IOException;

/**
 * What is known about one key. One event makes the smallest aggregate, and two aggregates of the same key make one; the
 * order must not matter.
 *
 * @param <A> the aggregate's own type
 */
interface Aggregate<A extends Aggregate<A>> {

    /** Takes the other one in, which is not used any more afterwards. */
    A with(A other);

    /** Writes it as it is kept in state; the layout is part of every checkpoint. */
    void write(DataOutput out) throws IOException;
}
