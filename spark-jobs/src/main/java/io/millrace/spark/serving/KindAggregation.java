package io.millrace.spark.serving;

/**
 * How the events of one kind become rows of a serving topic, beside being counted. Runs in the query that counts them.
 *
 * @param <A> what is kept per key
 */
interface KindAggregation<A extends Aggregate<A>> extends KeyedRows<A> {
    /** The event kind. */
    String kind();

    /** The key whose aggregate an event belongs to; null when it belongs to none. */
    String key(KindJudge.Counts event);

    /** The aggregate of one event alone. */
    A of(KindJudge.Counts event);
}
