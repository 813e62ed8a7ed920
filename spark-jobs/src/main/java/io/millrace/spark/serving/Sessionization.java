package io.millrace.spark.serving;

import io.millrace.spark.ConfigException;
import io.millrace.spark.ValueEncoder;
import java.io.DataInput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.avro.generic.GenericRecord;

/** Sessions per site and user, shown while they run. */
final class Sessionization implements Aggregation<SessionList> {
    static final String TOPIC = "serving.sessions";
    private static final long serialVersionUID = 1;

    private final SessionList.Limits limits;

    /** @throws ConfigException when the maximum is shorter than the gap */
    Sessionization(Duration gap, Duration maximum) {
        if (maximum.compareTo(gap) < 0) {
            throw new ConfigException("session.max " + maximum + " must be at least session.gap " + gap);
        }
        this.limits = new SessionList.Limits(gap.toMillis(), maximum.toMillis());
    }

    @Override
    public String job() {
        return "sessions";
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    /** A run that is no longer than the maximum is one session; whether it is longer shows within that time and a gap. */
    @Override
    public Duration reach() {
        return Duration.ofMillis(limits.maximum() + limits.gap());
    }

    @Override
    public String key(EnrichedEvent event) {
        return event.site() + "|" + event.userId();
    }

    @Override
    public SessionList of(EnrichedEvent event) {
        return SessionList.of(event, limits);
    }

    @Override
    public SessionList read(DataInput in) throws IOException {
        return SessionList.read(in, limits);
    }

    @Override
    public List<Upsert> changes(String key, SessionList before, SessionList after, long arrival, ValueEncoder encoder) {
        after.close(arrival);
        Map<String, Session> known = new HashMap<>();
        if (before != null) {
            before.sessions().forEach(session -> known.put(session.id(), session));
        }
        String[] parts = key.split("\\|", 2);
        List<Upsert> changes = new ArrayList<>();
        for (Session session : after.sessions()) {
            if (!session.equals(known.remove(session.id()))) {
                changes.add(new Upsert(session.id(), encoder.encode(row(parts, session, arrival, encoder))));
            }
        }
        // What was shown and is no more has become part of another one.
        known.keySet().forEach(id -> changes.add(Upsert.tombstone(id)));
        return changes;
    }

    @Override
    public OptionalLong wakeUp(SessionList aggregate) {
        return aggregate.sessions().stream()
                .filter(session -> !session.closed())
                .mapToLong(session -> session.lastArrival() + limits.gap())
                .min();
    }

    private static GenericRecord row(String[] key, Session session, long arrival, ValueEncoder encoder) {
        GenericRecord value = encoder.newRecord();
        value.put("session_id", session.id());
        value.put("site", key[0]);
        value.put("user_id", key[1]);
        value.put("started_at", session.first().time());
        value.put("last_event_at", session.last().time());
        value.put("duration_ms", session.length());
        value.put("events", session.events());
        value.put("page_views", session.actions().pageViews());
        value.put("searches", session.actions().searches());
        value.put("cart_additions", session.actions().cartAdditions());
        value.put("purchases", session.actions().purchases());
        value.put("converted", session.actions().purchases() > 0);
        value.put("entry_page", session.first().page());
        value.put("exit_page", session.last().page());
        value.put("country", session.first().country());
        value.put("device", session.first().device());
        value.put("customer_segment", session.last().segment());
        value.put("closed", session.closed());
        value.put("updated_at", arrival);
        session.freshness().into(value);
        return value;
    }
}
