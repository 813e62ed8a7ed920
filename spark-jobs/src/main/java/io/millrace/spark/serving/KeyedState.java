package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import io.millrace.spark.ValueEncoder;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupState;

/**
 * Keeps one key's aggregate in Spark's state and gives what has changed.
 *
 * <p>State is forgotten when no event has touched it for the time to live. An event that comes later than that begins its
 * key anew, so the time to live has to be longer than anything that is still expected.
 */
final class KeyedState<A extends Aggregate<A>> implements FlatMapGroupsWithStateFunction<String, Row, byte[], Row> {
    private static final long serialVersionUID = 1;

    private final Codecs codecs;
    private final KeyedRows<A> how;
    private final long ttl;
    private final long watermarkDelay;
    /** When everything is a batch: the time of the run; null in a stream. */
    private final Long boundedNow;

    private transient ValueEncoder encoder;

    /**
     * @param watermarkDelay how far the query's watermark stays behind arrival
     * @param boundedNow the time at which a key that has all its events is looked at; empty in a stream
     */
    KeyedState(Codecs codecs, KeyedRows<A> how, Duration ttl, Duration watermarkDelay, Optional<Long> boundedNow) {
        this.codecs = codecs;
        this.how = how;
        this.ttl = ttl.toMillis();
        this.watermarkDelay = watermarkDelay.toMillis();
        this.boundedNow = boundedNow.orElse(null);
    }

    @Override
    public Iterator<Row> call(String key, Iterator<Row> partials, GroupState<byte[]> state) {
        if (boundedNow != null) {
            return whole(key, partials);
        }
        StoredState before = state.exists() ? StoredState.parse(state.get()) : null;
        return state.hasTimedOut() ? timedOut(key, before, state) : touched(key, before, partials, state);
    }

    /** In a bounded run: the key has come whole, and there is no later batch to keep anything for. */
    Iterator<Row> whole(String key, Iterator<Row> partials) {
        A all = null;
        while (partials.hasNext()) {
            A partial = States.read(how, partials.next().<byte[]>getAs(2));
            all = all == null ? partial : all.with(partial);
        }
        return rows(how.changes(key, null, all, boundedNow, encoder()));
    }

    private ValueEncoder encoder() {
        if (encoder == null) {
            encoder = codecs.encoder(how.topic());
        }
        return encoder;
    }

    private Iterator<Row> touched(String key, StoredState before, Iterator<Row> partials, GroupState<byte[]> state) {
        A after = before == null ? null : States.read(how, before.aggregate());
        long arrival = Long.MIN_VALUE;
        while (partials.hasNext()) {
            Row row = partials.next();
            A partial = States.read(how, row.<byte[]>getAs(2));
            after = after == null ? partial : after.with(partial);
            arrival = Math.max(arrival, row.getTimestamp(1).getTime());
        }
        return store(key, before, after, arrival, arrival, state);
    }

    private Iterator<Row> timedOut(String key, StoredState before, GroupState<byte[]> state) {
        long now = state.getCurrentWatermarkMs() + watermarkDelay;
        if (now >= before.lastArrival() + ttl) {
            state.remove();
            return rows(how.changes(
                    key, States.read(how, before.aggregate()), States.read(how, before.aggregate()), now, encoder()));
        }
        return store(key, before, States.read(how, before.aggregate()), before.lastArrival(), now, state);
    }

    private Iterator<Row> store(
            String key, StoredState before, A after, long lastArrival, long now, GroupState<byte[]> state) {
        A shown = before == null ? null : States.read(how, before.aggregate());
        List<KeyedRows.Upsert> changes = how.changes(key, shown, after, now, encoder());
        state.update(new StoredState(lastArrival, States.bytes(after)).bytes());
        long forget = lastArrival + ttl;
        OptionalLong wakeUp = how.wakeUp(after);
        long next = wakeUp.isPresent() ? Math.min(forget, wakeUp.getAsLong()) : forget;
        // Spark refuses a time that has passed; that can only be when the clock was set back.
        state.setTimeoutTimestamp(Math.max(next - watermarkDelay, state.getCurrentWatermarkMs() + 1));
        return rows(changes);
    }

    private static Iterator<Row> rows(List<KeyedRows.Upsert> upserts) {
        return upserts.stream()
                .map(upsert -> RowFactory.create(upsert.key(), upsert.value()))
                .iterator();
    }
}
