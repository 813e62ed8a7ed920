package io.millrace.local.send;

import java.util.List;
import java.util.Optional;

/** Hears how a sending goes; called by several threads. */
public interface SendListener {
    /** These events are in Kafka; called once for each event. */
    default void accepted(List<Event> events) {}

    /** The collector refused this event, which is left out. */
    default void refused(Event event, Optional<String> field, String reason) {}

    /** This line gives no event. */
    default void malformed(long line, String reason) {}

    /** A request gave no answer that settles it and will be repeated. */
    default void retrying(String reason) {}
}
