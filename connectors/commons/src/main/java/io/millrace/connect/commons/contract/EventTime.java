package io.millrace.connect.commons.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Times as clients write them. The usual form in UTC is read without an intermediate object, since every event has one;
 * everything else is left to the JDK.
 */
final class EventTime {
    /** Not a time. */
    static final long NONE = Long.MIN_VALUE;

    private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int SECONDS_LENGTH = "2015-05-17T10:05:00Z".length();
    private static final int MILLIS_LENGTH = "2015-05-17T10:05:00.000Z".length();

    private EventTime() {}

    /** Whether SQL engines can hold the time too: years 1 to 9999. */
    static boolean inRange(long millis) {
        return millis >= FIRST && millis <= LAST;
    }

    /**
     * Milliseconds since 1970 UTC of an ISO-8601 time with a zone or an offset; finer parts of a second are cut off.
     * {@link #NONE} when the text is none.
     */
    static long parse(char[] text, int offset, int length) {
        if ((length == SECONDS_LENGTH || length == MILLIS_LENGTH) && text[offset + length - 1] == 'Z') {
            long millis = parseUsual(text, offset, length);
            if (millis != NONE) {
                return millis;
            }
        }
        try {
            return OffsetDateTime.parse(new String(text, offset, length))
                    .toInstant()
                    .toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            return NONE;
        }
    }

    /** Microseconds since 1970 UTC of an ISO-8601 time with a zone or an offset; {@link #NONE} when the text is none. */
    static long parseMicros(String text) {
        try {
            return micros(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException | ArithmeticException e) {
            return NONE;
        }
    }

    /**
     * Microseconds since 1970, wherever that is, of an ISO-8601 time without a zone; {@link #NONE} when the text is none.
     */
    static long parseLocalMicros(String text) {
        try {
            return micros(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException | ArithmeticException e) {
            return NONE;
        }
    }

    /** The instant, cut to microseconds. */
    static long micros(Instant instant) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND), instant.getNano() / 1_000);
    }

    static Instant ofMicros(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1_000);
    }

    private static long parseUsual(char[] t, int o, int length) {
        if (t[o + 4] != '-' || t[o + 7] != '-' || t[o + 10] != 'T' || t[o + 13] != ':' || t[o + 16] != ':') {
            return NONE;
        }
        int year = number(t, o, 4);
        int month = number(t, o + 5, 2);
        int day = number(t, o + 8, 2);
        int hour = number(t, o + 11, 2);
        int minute = number(t, o + 14, 2);
        int second = number(t, o + 17, 2);
        int millis = 0;
        if (length == MILLIS_LENGTH) {
            millis = t[o + 19] == '.' ? number(t, o + 20, 3) : -1;
        }
        boolean digits = (year | month | day | hour | minute | second | millis) >= 0;
        // Days that not every month has are left to the JDK, which knows the calendar.
        if (!digits || month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59) {
            return NONE;
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return ((days * 24 + hour) * 60 + minute) * 60_000L + second * 1_000L + millis;
    }

    /** The number in these places; negative when one of them is not a digit. */
    private static int number(char[] text, int offset, int places) {
        int number = 0;
        for (int i = offset; i < offset + places; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
