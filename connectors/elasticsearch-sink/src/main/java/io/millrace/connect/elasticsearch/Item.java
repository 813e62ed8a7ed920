package io.millrace.connect.elasticsearch;

import org.apache.kafka.connect.sink.SinkRecord;

/** One operation of a bulk request, from its encoding to its end. Belongs to the task's thread. */
final class Item {

    private final SinkRecord record;
    private final Progress progress;
    private final Operation operation;
    private final String orderedBy;
    private int begin;
    private int end;
    private boolean done;

    /** A record for which nothing has to be sent. */
    Item(SinkRecord record, Progress progress) {
        this(record, progress, null, null);
    }

    /** @param orderedBy the document's id when only the order of operations keeps it right; null when a version does */
    Item(SinkRecord record, Progress progress, Operation operation, String orderedBy) {
        this.record = record;
        this.progress = progress;
        this.operation = operation;
        this.orderedBy = orderedBy;
    }

    SinkRecord record() {
        return record;
    }

    Progress progress() {
        return progress;
    }

    Operation operation() {
        return operation;
    }

    String orderedBy() {
        return orderedBy;
    }

    /** Where its lines are in the buffer that holds it now. */
    int begin() {
        return begin;
    }

    int end() {
        return end;
    }

    void at(int begin, int end) {
        this.begin = begin;
        this.end = end;
    }

    long offset() {
        return record.originalKafkaOffset();
    }

    /** Written, found to be written before, or given up and reported. */
    boolean isDone() {
        return done;
    }

    void done() {
        done = true;
    }
}
