package io.millrace.connect.commons;

import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record that was not written, and why.
 *
 * @param record the record as the task received it
 * @param failure the reason
 */
public record RejectedRecord(SinkRecord record, RecordFailure failure) {}
