package io.millrace.spark.declared;

import io.millrace.spark.StateStore;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/**
 * What a job's state will need, worked out before it runs: a window is kept from its first event until the watermark has
 * passed its end, an identity until the watermark has passed its event.
 *
 * @param windowRows rows of open windows; empty when the job does not say how many groups it has
 * @param identityRows identities that are remembered; 0 when none have to be, empty when the job does not say how many
 *     events come
 * @param windowRowBytes what a row of a window needs in memory, about
 */
record StateForecast(Optional<Long> windowRows, Optional<Long> identityRows, long windowRowBytes) {
    /** A row in memory besides its values: two UnsafeRows over arrays, an entry of the map. Estimated, not measured. */
    private static final long OVERHEAD = 220;
    /** A 16-byte digest as key, a time as value. */
    static final long IDENTITY_BYTES = OVERHEAD + 48;

    /** State beyond this goes to RocksDB unless the job says otherwise: on the heap it would make collections long. */
    static final long LARGEST_IN_MEMORY = 256L << 20;

    /**
     * @param windowed whether the query groups by windows of the event time
     * @param window how long the windows are, as far as the query's text tells
     * @param identified whether events have an identity by which duplicates are told
     */
    static StateForecast of(
            JobSpec spec, boolean windowed, Optional<Duration> window, StructType result, boolean identified) {
        Optional<Long> windows = windowed
                ? spec.state()
                        .groups()
                        .flatMap(groups -> window.map(length -> groups * openWindows(length, spec.watermark())))
                : Optional.of(0L);
        Optional<Long> identities = identified
                ? spec.state()
                        .eventsPerSecond()
                        .map(rate -> rate * Math.max(1, spec.watermark().toSeconds()))
                : Optional.of(0L);
        return new StateForecast(windows, identities, OVERHEAD + 8L * result.size() + result.defaultSize());
    }

    /** Windows that have begun and whose end the watermark has not passed. */
    private static long openWindows(Duration window, Duration watermark) {
        long length = Math.max(1, window.toMillis());
        return (watermark.toMillis() + length - 1) / length + 1;
    }

    /** All rows; empty when a part is not known. */
    Optional<Long> rows() {
        return windowRows.flatMap(windows -> identityRows.map(identities -> windows + identities));
    }

    /** Bytes in memory, about; empty when a part is not known. */
    Optional<Long> bytes() {
        return windowRows.flatMap(
                windows -> identityRows.map(identities -> windows * windowRowBytes + identities * IDENTITY_BYTES));
    }

    /** Where the state is kept. */
    StateStore store(StateBudget budget) {
        return budget.store()
                .orElse(
                        bytes().filter(bytes -> bytes > LARGEST_IN_MEMORY).isPresent()
                                ? StateStore.ROCKSDB
                                : StateStore.MEMORY);
    }

    /** In a sentence. */
    String text() {
        if (rows().isEmpty()) {
            return "No forecast: state.groups (per window) and state.events_per_second are needed for one.";
        }
        return String.format(
                Locale.ROOT,
                "Forecast: %,d rows of open windows of about %d bytes and %,d remembered identities of about %d bytes:"
                        + " %,d rows, %,d MiB.",
                windowRows.orElseThrow(),
                windowRowBytes,
                identityRows.orElseThrow(),
                IDENTITY_BYTES,
                rows().orElseThrow(),
                (bytes().orElseThrow() >> 20) + 1);
    }

    /** Why the forecast and the budget do not go together; empty when they do. */
    Optional<String> problem(StateBudget budget) {
        return budget.maxRows().flatMap(most -> rows().filter(rows -> rows > most)
                .map(rows -> String.format(
                        Locale.ROOT,
                        "state.max_rows is %,d, and the forecast is %,d rows; raise it, or shorten the watermark",
                        most,
                        rows)));
    }
}
