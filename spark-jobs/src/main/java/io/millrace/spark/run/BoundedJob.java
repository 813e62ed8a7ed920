package io.millrace.spark.run;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.Job;
import io.millrace.spark.JobContext;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A job that keeps one topic of absolute rows, newest per key, and can compute them from a batch of records as well as from
 * a stream. Such a job can run over a range of time and be replayed.
 */
public interface BoundedJob extends Job {
    /** The topic that it keeps; its contract is in the catalogue. */
    String sink();

    /** Tells apart what cannot be the same run: a repeated run must compute the same. */
    String definition(DriverConfig config);

    /**
     * Its rows, with the columns {@code key} (text or bytes) and {@code value} (bytes, null for a tombstone): a stream
     * when the context reads streams, in a bounded run a batch in which every key has its final row.
     */
    Dataset<Row> upserts(JobContext context);

    /** How long before a row's time events can be that decide whether and how the row is there. */
    default Duration reach(DriverConfig config) {
        return Duration.ZERO;
    }

    /** The topics whose records it reads. */
    java.util.List<String> sources(Catalogue catalogue);
}
