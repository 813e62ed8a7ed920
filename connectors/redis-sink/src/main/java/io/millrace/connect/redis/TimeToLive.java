package io.millrace.connect.redis;

import io.millrace.connect.commons.ConnectJson;
import io.millrace.connect.commons.FieldPath;
import io.millrace.connect.commons.RecordFailure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/** How long what a record writes is to live. */
final class TimeToLive {

    private final String header;
    private final FieldPath field;
    private final long millis;
    private final int jitterPercent;
    private final RandomGenerator random;

    /**
     * @param header name of the header that wins; empty for none
     * @param field path in the value that comes next; empty for none
     * @param millis what holds otherwise; 0 for ever
     * @param jitterPercent largest share to shorten by
     */
    TimeToLive(String header, String field, long millis, int jitterPercent, RandomGenerator random) {
        this.header = header;
        this.field = new FieldPath(field);
        this.millis = millis;
        this.jitterPercent = jitterPercent;
        this.random = random;
    }

    boolean readsValue() {
        return !field.text().isEmpty();
    }

    /**
     * Milliseconds; 0 for ever.
     *
     * @throws RecordFailure when the header or the field is not a number of milliseconds
     */
    long of(SinkRecord view) {
        long ttl = millis;
        Header given = header.isEmpty() ? null : view.headers().lastWithName(header);
        if (given != null && given.value() != null) {
            ttl = parse("header " + header, text(given));
        } else if (readsValue()) {
            Optional<FieldPath.Found> found = field.in(view.valueSchema(), view.value());
            if (found.isPresent()) {
                ttl = parse("field " + field.text(), found.get().rendered());
            }
        }
        if (ttl == 0 || jitterPercent == 0) {
            return ttl;
        }
        // A share of 100 % must not make it 0, which would mean for ever.
        return Math.max(1, ttl - random.nextLong(1 + (long) (ttl * (jitterPercent / 100.0))));
    }

    private static String text(Header header) {
        Object value = header.value();
        return value instanceof byte[] raw
                ? new String(raw, StandardCharsets.UTF_8)
                : ConnectJson.textOf(header.schema(), value);
    }

    private static long parse(String where, String text) {
        try {
            long millis = Long.parseLong(text.trim());
            if (millis >= 0) {
                return millis;
            }
        } catch (NumberFormatException malformed) {
            // Said below.
        }
        throw new RecordFailure("the " + where + " is to be a time to live in milliseconds and is not");
    }
}
