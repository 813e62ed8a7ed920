package io.millrace.spark.run;

import io.millrace.spark.ConfigException;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A half-open range of event time.
 *
 * @param start the first instant that belongs to it; null: from the beginning
 * @param end the first instant that no longer does; null: to the end
 */
public record EventRange(Instant start, Instant end) implements Serializable {
    public static final EventRange ALL = new EventRange(null, null);

    public EventRange {
        if (start != null && end != null && !start.isBefore(end)) {
            throw new ConfigException("--start " + start + " must lie before --end " + end);
        }
    }

    /** @param start a date, taken as its midnight in UTC, or an instant; null: open, as {@code end} */
    public static EventRange parse(String start, String end) {
        return new EventRange(instant("--start", start), instant("--end", end));
    }

    public boolean isAll() {
        return start == null && end == null;
    }

    /** @param time epoch milliseconds */
    public boolean contains(long time) {
        return (start == null || time >= start.toEpochMilli()) && (end == null || time < end.toEpochMilli());
    }

    public Optional<Instant> from() {
        return Optional.ofNullable(start);
    }

    public Optional<Instant> to() {
        return Optional.ofNullable(end);
    }

    private static Instant instant(String option, String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new ConfigException(
                    option + " must be a date or an instant in UTC, such as 2026-03-01 or 2026-03-01T12:00:00Z, not "
                            + text,
                    e);
        }
    }
}
