package io.millrace.connect.http;

import io.millrace.connect.http.answer.Answer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.Map;

/**
 * Which web pages may send from a browser.
 *
 * @param origins such as {@code https://shop.example}, or {@code *} for all; empty for none
 */
record Cors(List<String> origins) {
    private static final String DAY_SECONDS = "86400";
    private static final String HEADERS =
            "authorization, content-encoding, content-type, prefer, x-write-key, ce-id, ce-source, ce-specversion,"
                    + " ce-subject, ce-time, ce-type";

    /** Whether a browser asks if a page may send. */
    boolean isQuestion(HttpRequest request) {
        return !origins.isEmpty()
                && request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /** The answer to that; what {@link #addTo} adds says whether it may. */
    Answer answer(HttpRequest request, String methods) {
        // A page's own headers are let through when they are plain names: nothing here trusts one by its name.
        String asked = request.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS, "");
        return Answer.noContent(Map.of(
                "Access-Control-Allow-Methods",
                methods,
                "Access-Control-Allow-Headers",
                asked.matches("[A-Za-z0-9, -]{1,500}") ? asked : HEADERS,
                "Access-Control-Max-Age",
                DAY_SECONDS));
    }

    void addTo(HttpRequest request, HttpHeaders answer) {
        if (origins.isEmpty()) {
            return;
        }
        answer.add(HttpHeaderNames.VARY, "Origin");
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin != null && (origins.contains("*") || origins.contains(origin))) {
            answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After");
            if (!origins.contains("*")) {
                // Segment's client and others send with credentials; only pages that are named may.
                answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            }
        }
    }
}
