package io.millrace.spark.serving;

/**
 * How enriched events become rows of one serving topic.
 *
 * @param <A> what is kept per key
 */
interface Aggregation<A extends Aggregate<A>> extends KeyedRows<A> {
    /** The key whose aggregate an event belongs to. */
    String key(EnrichedEvent event);

    /** The aggregate of one event alone. */
    A of(EnrichedEvent event);
}
