package io.millrace.spark.serving;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What Spark's state holds of one key.
 *
 * @param lastArrival when the key was last touched by an event, epoch milliseconds
 */
record StoredState(long lastArrival, byte[] aggregate) {

    byte[] bytes() {
        return ByteBuffer.allocate(Long.BYTES + aggregate.length)
                .putLong(lastArrival)
                .put(aggregate)
                .array();
    }

    static StoredState parse(byte[] bytes) {
        return new StoredState(ByteBuffer.wrap(bytes).getLong(), Arrays.copyOfRange(bytes, Long.BYTES, bytes.length));
    }
}
