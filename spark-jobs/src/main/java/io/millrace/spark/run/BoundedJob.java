package io.millrace.spark.run;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.Job;
import io.millrace.spark.JobContext;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A job that keeps topics of absolute rows, newest per key, and can compute them from a batch of records as well as from
 * a stream. Such a job can run over a range of time and be replayed.
 */
public interface BoundedJob extends Job {
    /** The reach of a job that needs all records ever. */
    Duration EVERYTHING = ChronoUnit.FOREVER.getDuration();

    /** The topics that it keeps; their contracts are in the catalogue. */
    List<String> sinks(Catalogue catalogue);

    /** Tells apart what cannot be the same run: a repeated run must compute the same. */
    String definition(DriverConfig config);

    /**
     * Its rows, with the columns {@code topic}, {@code key} (text or bytes) and {@code value} (bytes, null for a tombstone): a
     * stream when the context reads streams, in a bounded run a batch in which every key has its final row.
     */
    Dataset<Row> upserts(JobContext context);

    /** How long before a row's time events can be that decide whether and how the row is there. */
    default Duration reach(DriverConfig config) {
        return Duration.ZERO;
    }

    /** The topics whose records it reads. */
    List<String> sources(Catalogue catalogue);
}
