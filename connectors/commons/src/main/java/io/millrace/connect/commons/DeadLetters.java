package io.millrace.connect.commons;

import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where records go that cannot be written. The worker waits for the dead letter queue before it commits offsets. */
public final class DeadLetters {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final ErrantRecordReporter reporter;
    private final boolean tolerant;

    /**
     * @param reporter the worker's reporter; null when neither a dead letter queue nor error logging is configured
     * @param tolerant whether {@code errors.tolerance} is {@code all}
     */
    public DeadLetters(ErrantRecordReporter reporter, boolean tolerant) {
        this.reporter = reporter;
        this.tolerant = tolerant;
    }

    /**
     * Hands a record over.
     *
     * @throws ConnectException when the connector does not tolerate bad records
     */
    public void report(RejectedRecord rejected) {
        if (reporter != null) {
            // The reporter writes context headers, counts, and throws by itself when errors.tolerance is none.
            reporter.report(rejected.record(), rejected.failure());
        }
        if (!tolerant) {
            throw new ConnectException(
                    where(rejected.record()) + " cannot be written: "
                            + rejected.failure().getMessage()
                            + ". Correct or skip the record, or set errors.tolerance=all and"
                            + " errors.deadletterqueue.topic.name.",
                    rejected.failure());
        }
        if (reporter == null) {
            LOG.warn(
                    "{} was dropped, as errors.tolerance=all asks for and no dead letter queue is set: {}",
                    where(rejected.record()),
                    rejected.failure().getMessage());
        }
    }

    private static String where(SinkRecord record) {
        return "The record at " + LedgerBook.partitionOf(record) + "@" + record.originalKafkaOffset();
    }
}
