package io.millrace.connect.http;

/**
 * The bounds of one request.
 *
 * @param requestBytes size of a body, as received and when inflated
 * @param requestRecords number of events in a body
 * @param eventBytes size of one event as JSON text
 * @param timeoutMs milliseconds from the first byte of a request to its answer
 */
record Limits(int requestBytes, int requestRecords, int eventBytes, long timeoutMs) {
    /** What an event costs beside its text: its objects in this process and in the producer. */
    static final int RECORD_OVERHEAD = 512;
}
