package io.millrace.spark.serving;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Aggregates as bytes: small in memory and in checkpoints, and the same plan for every job. */
final class States {
    private States() {}

    static byte[] bytes(Aggregate<?> aggregate) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try {
            aggregate.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalStateException when the bytes were not written by the same aggregation */
    static <A extends Aggregate<A>> A read(KeyedRows<A> aggregation, byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return aggregation.read(in);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the state of " + aggregation.job() + " was written by another version; remove its checkpoint to"
                            + " compute it again from the topic",
                    e);
        }
    }
}
