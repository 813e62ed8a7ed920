package io.millrace.schemas;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is expected of a topic's records as a whole. Expectations are measured; they never refuse a record.
 *
 * @param volume how many records are expected; empty: any number
 * @param fields the rules by top-level field of the value schema, in the order of the file
 */
public record Quality(Optional<Volume> volume, Map<String, FieldRule> fields) {

    /** Nothing is expected. */
    public static final Quality NONE = new Quality(Optional.empty(), Map.of());

    public Quality {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /**
     * An expected number of records.
     *
     * @param per the time over which records are counted
     * @param min fewer than this is too few; empty: no lower bound
     * @param max more than this is too many; empty: no upper bound
     */
    public record Volume(Per per, Optional<Long> min, Optional<Long> max) {

        /** The time over which records are counted. */
        public enum Per {
            MINUTE(Duration.ofMinutes(1)),
            HOUR(Duration.ofHours(1)),
            DAY(Duration.ofDays(1));

            private final Duration duration;

            Per(Duration duration) {
                this.duration = duration;
            }

            public Duration duration() {
                return duration;
            }
        }
    }

    /**
     * What is expected of one field; a null value is judged by {@code maxNullRate} alone.
     *
     * @param min smallest expected number, only on numeric fields; empty: no lower bound
     * @param max largest expected number, only on numeric fields; empty: no upper bound
     * @param maxNullRate largest expected share of records in which the field is null, 0 to 1; empty: any
     * @param allowed the expected values as text (a number in its shortest decimal form); empty list: any value
     */
    public record FieldRule(
            Optional<BigDecimal> min, Optional<BigDecimal> max, Optional<Double> maxNullRate, List<String> allowed) {

        public FieldRule {
            allowed = List.copyOf(allowed);
        }
    }
}
