package io.millrace.connect.configs.dlq;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a record stands. */
public record Place(String topic, int partition, long offset) {
    private static final Pattern SHORT = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

    /** A place as people type it, {@code PARTITION:OFFSET}; empty when it is none. */
    public static Optional<Place> parse(String topic, String text) {
        Matcher matcher = SHORT.matcher(text);
        return matcher.matches()
                ? Optional.of(new Place(topic, Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    /** As people type it. */
    public String within() {
        return partition + ":" + offset;
    }

    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
