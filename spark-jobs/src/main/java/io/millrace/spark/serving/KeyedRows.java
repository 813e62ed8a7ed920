package io.millrace.spark.serving;

import io.millrace.spark.ValueEncoder;
import java.io.DataInput;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalLong;

/**
 * How what is kept per key becomes rows of one serving topic. Holds configuration only, as it travels to every task.
 *
 * @param <A> what is kept per key
 */
interface KeyedRows<A extends Aggregate<A>> extends Serializable {
    /** What a reader of the serving topic gets to see of one key: its newest state, or that it is gone. */
    record Upsert(String key, byte[] value) {
        static Upsert tombstone(String key) {
            return new Upsert(key, null);
        }
    }

    /** Name of the job. */
    String job();

    /** The topic that it writes. */
    String topic();

    /** Reads what {@link Aggregate#write} wrote. */
    A read(DataInput in) throws IOException;

    /**
     * What has to be written because an aggregate has changed or time has passed; may change flags in {@code after}.
     *
     * @param before the aggregate as of the previous call; null when there was none
     * @param after the aggregate now, never null
     * @param arrival the time of the batch, epoch milliseconds
     */
    List<Upsert> changes(String key, A before, A after, long arrival, ValueEncoder encoder);

    /** When {@link #changes} has to be called next although no event came; an arrival time, empty for never. */
    default OptionalLong wakeUp(A aggregate) {
        return OptionalLong.empty();
    }
}
