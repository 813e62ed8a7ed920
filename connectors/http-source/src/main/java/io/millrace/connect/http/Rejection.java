package io.millrace.connect.http;

/** Why a request is not accepted, in the words of the answer. Carries no stack trace: it is an answer, not a fault. */
final class Rejection extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String error;
    private final int index;
    private final String field;
    private final int line;
    private final int column;

    private Rejection(int status, String error, int index, String field, String reason, int line, int column) {
        super(reason, null, false, false);
        this.status = status;
        this.error = error;
        this.index = index;
        this.field = field;
        this.line = line;
        this.column = column;
    }

    /** The event at this index of the request does not keep the contract; the field is null when it is no object. */
    static Rejection invalidEvent(int index, String field, String reason) {
        return new Rejection(400, "invalid_event", index, field, reason, 0, 0);
    }

    /** The request is not JSON; line and column count from one. */
    static Rejection malformedJson(int index, String reason, int line, int column) {
        return new Rejection(400, "malformed_json", index, null, reason, line, column);
    }

    static Rejection badRequest(String reason) {
        return new Rejection(400, "bad_request", -1, null, reason, 0, 0);
    }

    static Rejection notFound(String reason) {
        return new Rejection(404, "not_found", -1, null, reason, 0, 0);
    }

    static Rejection methodNotAllowed(String reason) {
        return new Rejection(405, "method_not_allowed", -1, null, reason, 0, 0);
    }

    static Rejection receivedTooSlowly(String reason) {
        return new Rejection(408, "request_timeout", -1, null, reason, 0, 0);
    }

    static Rejection tooLarge(int index, String reason) {
        return new Rejection(413, "too_large", index, null, reason, 0, 0);
    }

    static Rejection unsupportedMediaType(String reason) {
        return new Rejection(415, "unsupported_media_type", -1, null, reason, 0, 0);
    }

    /** Connect dropped records on purpose: a transform filtered them, or errors are tolerated. */
    static Rejection dropped(int dropped, int records) {
        String reason = dropped + " of " + records + (records == 1 ? " record was" : " records were")
                + " dropped by a transform or by errors.tolerance=all of the connector, the others are stored;"
                + " sending the same again will not help";
        return new Rejection(422, "dropped", -1, null, reason, 0, 0);
    }

    static Rejection headersTooLarge(String reason) {
        return new Rejection(431, "headers_too_large", -1, null, reason, 0, 0);
    }

    /** There is no memory left for the request at the moment. */
    static Rejection overCapacity() {
        String reason = "the collector holds as many bytes as it may (max.in.flight.bytes) and waits for Kafka;"
                + " nothing of this request is stored, send it again later";
        return new Rejection(503, "over_capacity", -1, null, reason, 0, 0);
    }

    static Rejection notAcknowledged(String reason) {
        return new Rejection(503, "not_acknowledged", -1, null, reason, 0, 0);
    }

    static Rejection stopping(String reason) {
        return new Rejection(503, "stopping", -1, null, reason, 0, 0);
    }

    static Rejection notReady(String reason) {
        return new Rejection(503, "not_ready", -1, null, reason, 0, 0);
    }

    int status() {
        return status;
    }

    /** Machine-readable name of the class of error. */
    String error() {
        return error;
    }

    /** Index of the event in the request, from zero; negative when the error is not about one event. */
    int index() {
        return index;
    }

    /** Name of the field at fault; null when the error is not about one. */
    String field() {
        return field;
    }

    String reason() {
        return getMessage();
    }

    /** Line in the request, from one; zero when unknown. */
    int line() {
        return line;
    }

    /** Column in the line, from one; zero when unknown. */
    int column() {
        return column;
    }
}
