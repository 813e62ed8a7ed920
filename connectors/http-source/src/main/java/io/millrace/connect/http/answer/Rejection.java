package io.millrace.connect.http.answer;

import java.util.Map;

/** Why a request is not accepted, in the words of the answer. Carries no stack trace: it is an answer, not a fault. */
public final class Rejection extends Exception {
    private static final long serialVersionUID = 1;
    private static final int RETRY_AFTER_SECONDS = 1;

    private final int status;
    private final String error;
    private final int index;
    private final String field;
    private final int line;
    private final int column;
    private final transient Map<String, String> headers;

    private Rejection(
            int status,
            String error,
            int index,
            String field,
            String reason,
            int line,
            int column,
            Map<String, String> headers) {
        super(reason, null, false, false);
        this.status = status;
        this.error = error;
        this.index = index;
        this.field = field;
        this.line = line;
        this.column = column;
        this.headers = headers;
    }

    private static Rejection plain(int status, String error, String reason) {
        return new Rejection(status, error, -1, null, reason, 0, 0, Map.of());
    }

    private static Rejection plain(int status, String error, String reason, String header, String value) {
        return new Rejection(status, error, -1, null, reason, 0, 0, Map.of(header, value));
    }

    private static Rejection later(String error, String reason) {
        return plain(503, error, reason, "Retry-After", String.valueOf(RETRY_AFTER_SECONDS));
    }

    /** The event at this index of the request does not keep the contract; the field is null when it is no object. */
    public static Rejection invalidEvent(int index, String field, String reason) {
        return new Rejection(400, "invalid_event", index, field, reason, 0, 0, Map.of());
    }

    /** The request is not JSON; line and column count from one. */
    public static Rejection malformedJson(int index, String reason, int line, int column) {
        return new Rejection(400, "malformed_json", index, null, reason, line, column, Map.of());
    }

    public static Rejection badRequest(String reason) {
        return plain(400, "bad_request", reason);
    }

    /** @param challenge how a client may say who it is, as the header {@code WWW-Authenticate} has it */
    public static Rejection unauthorized(String reason, String challenge) {
        return plain(401, "unauthorized", reason, "WWW-Authenticate", challenge);
    }

    public static Rejection forbidden(String reason) {
        return plain(403, "forbidden", reason);
    }

    public static Rejection notFound(String reason) {
        return plain(404, "not_found", reason);
    }

    /** @param allowed the methods there are, with commas between */
    public static Rejection methodNotAllowed(String method, String allowed) {
        return plain(405, "method_not_allowed", method + " is not possible here; use " + allowed, "Allow", allowed);
    }

    public static Rejection receivedTooSlowly(String reason) {
        return plain(408, "request_timeout", reason);
    }

    /** @param index of the event in the request; negative when the request as a whole is too large */
    public static Rejection tooLarge(int index, String reason) {
        return new Rejection(413, "too_large", index, null, reason, 0, 0, Map.of());
    }

    public static Rejection unsupportedMediaType(String reason) {
        return plain(415, "unsupported_media_type", reason);
    }

    /** Connect dropped records on purpose: a transform filtered them, or errors are tolerated. */
    public static Rejection dropped(int dropped, int records) {
        String reason = dropped + " of " + records + (records == 1 ? " record was" : " records were")
                + " dropped by a transform or by errors.tolerance=all of the connector, the others are stored;"
                + " sending the same again will not help";
        return plain(422, "dropped", reason);
    }

    /** A client sends more than it may; the seconds are at least one. */
    public static Rejection tooManyEvents(String reason, long retryAfterSeconds) {
        return plain(429, "rate_limited", reason, "Retry-After", String.valueOf(retryAfterSeconds));
    }

    public static Rejection headersTooLarge(String reason) {
        return plain(431, "headers_too_large", reason);
    }

    /** The collector itself is at fault; what it is stands in the log alone. */
    public static Rejection internal() {
        return plain(500, "internal_error", "the collector failed; nothing of this request is stored, see its log");
    }

    /** There is no memory left for the request at the moment. */
    public static Rejection overCapacity() {
        return later(
                "over_capacity",
                "the collector holds as many bytes as it may (max.in.flight.bytes) and waits for Kafka;"
                        + " nothing of this request is stored, send it again later");
    }

    public static Rejection notAcknowledged(String reason) {
        return later("not_acknowledged", reason);
    }

    public static Rejection stopping(String reason) {
        return later("stopping", reason);
    }

    public static Rejection notReady(String reason) {
        return later("not_ready", reason);
    }

    /** The same, about the event at another index. */
    public Rejection at(int otherIndex) {
        return new Rejection(status, error, otherIndex, field, getMessage(), line, column, headers);
    }

    public int status() {
        return status;
    }

    /** Machine-readable name of the class of error. */
    public String error() {
        return error;
    }

    /** Index of the event in the request, from zero; negative when the error is not about one event. */
    public int index() {
        return index;
    }

    /** Name of the field at fault; null when the error is not about one. */
    public String field() {
        return field;
    }

    public String reason() {
        return getMessage();
    }

    /** Line in the request, from one; zero when unknown. */
    public int line() {
        return line;
    }

    /** Column in the line, from one; zero when unknown. */
    public int column() {
        return column;
    }

    /** What the answer has among its headers. */
    public Map<String, String> headers() {
        return headers;
    }
}
