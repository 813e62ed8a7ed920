package io.millrace.spark;

import java.util.Optional;

/**
 * Which batch a writer has committed last.
 *
 * @param queryId Spark's id of the query
 * @param batch number of the batch within that query's life
 */
record BatchMark(String queryId, long batch) {

    /** As it stands in the metadata of a committed offset. */
    String text() {
        return queryId + ":" + batch;
    }

    /** Empty when the text is not one of ours. */
    static Optional<BatchMark> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BatchMark(text.substring(0, colon), Long.parseLong(text.substring(colon + 1))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether a writer that has committed this one has committed the other as well. */
    boolean covers(BatchMark other) {
        return queryId.equals(other.queryId) && batch >= other.batch;
    }
}
