package io.millrace.spark;

import java.util.Optional;
import org.apache.avro.generic.GenericRecord;

/** What came of reading one Kafka value. */
public sealed interface Decoded {

    /**
     * It could be read.
     *
     * @param record the value, in the reader's schema where there is one, else in the writer's
     * @param schemaId registry id of the writer's schema
     */
    record Value(GenericRecord record, int schemaId) implements Decoded {}

    /**
     * It cannot be read, now or later.
     *
     * @param reason what is wrong, in one sentence without a word of the payload
     * @param schemaId the id that it claimed, if it got that far
     */
    record Unreadable(String reason, Optional<Integer> schemaId) implements Decoded {}
}
