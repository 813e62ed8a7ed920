package io.millrace.spark.serving;

import java.time.Duration;

/**
 * How enriched events become rows of one serving topic.
 *
 * @param <A> what is kept per key
 */
interface Aggregation<A extends Aggregate<A>> extends KeyedRows<A> {
    /** The key whose aggregate an event belongs to. */
    String key(EnrichedEvent event);

    /** How long before a row's time events can be that decide about the row. */
    default Duration reach() {
        return Duration.ZERO;
    }

    /** The aggregate of one event alone. */
    A of(EnrichedEvent event);
}
