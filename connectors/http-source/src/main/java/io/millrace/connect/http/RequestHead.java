package io.millrace.connect.http;

import io.millrace.connect.commons.contract.Shown;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Decides from the line and the headers of a request what becomes of it. */
final class RequestHead {
    /** The form type is what curl sends when it is told nothing; its body is JSON all the same. */
    private static final Set<String> MEDIA_TYPES = Set.of(
            "",
            "application/json",
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
            "application/x-www-form-urlencoded");

    private final String eventsPath;
    private final String kindsPath;
    private final Supplier<EventKinds> kinds;
    private final int maxBytes;

    /**
     * @param eventsPath the path that takes events of the connector's own topic
     * @param kinds gives the kinds that are taken at this moment, on any thread
     * @param maxBytes size of a body
     */
    RequestHead(String eventsPath, Supplier<EventKinds> kinds, int maxBytes) {
        this.eventsPath = eventsPath;
        this.kindsPath = below(eventsPath);
        this.kinds = kinds;
        this.maxBytes = maxBytes;
    }

    /** What a path stands for. */
    enum What {
        EVENTS,
        HEALTH,
        READINESS
    }

    /**
     * What is asked for.
     *
     * @param send whether events are sent, rather than a question asked
     * @param kind the event kind; empty at paths that belong to none, and when events of all kinds are asked about
     */
    record Target(What what, boolean send, Optional<EventKind> kind) {}

    /** The path under which the event kinds have theirs. */
    static String below(String eventsPath) {
        return eventsPath.endsWith("/") ? eventsPath : eventsPath + "/";
    }

    /** @throws Rejection when the request is refused before its body is read */
    Target check(HttpRequest request) throws Rejection {
        if (request.decoderResult().isFailure()) {
            throw undecodable(request.decoderResult().cause());
        }
        String path = path(request.uri());
        What what = what(path);
        boolean send = request.method().equals(HttpMethod.POST);
        boolean ask =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (!(ask || send && what == What.EVENTS)) {
            throw Rejection.methodNotAllowed(request.method().name() + " is not possible here; use " + allowed(what));
        }
        if (what != What.EVENTS) {
            return new Target(what, false, Optional.empty());
        }
        Optional<EventKind> kind = kind(path, send);
        if (send) {
            checkBody(request);
        }
        return new Target(what, send, kind);
    }

    /** The methods of a path, for the {@code Allow} header; empty for a path that does not exist. */
    String allowed(String uri) {
        try {
            return allowed(what(path(uri)));
        } catch (Rejection e) {
            return "";
        }
    }

    static boolean gzip(HttpHeaders headers) {
        return HttpHeaderValues.GZIP.contentEqualsIgnoreCase(headers.get(HttpHeaderNames.CONTENT_ENCODING, ""));
    }

    private static String allowed(What what) {
        return what == What.EVENTS ? "GET, HEAD, POST" : "GET, HEAD";
    }

    private What what(String path) throws Rejection {
        return switch (path) {
            case "/healthz" -> What.HEALTH;
            case "/readyz" -> What.READINESS;
            default -> {
                if (path.equals(eventsPath) || path.startsWith(kindsPath) && path.length() > kindsPath.length()) {
                    yield What.EVENTS;
                }
                throw Rejection.notFound("there is nothing at " + Shown.cut(path) + "; events go to POST " + eventsPath
                        + ", the state is at GET /healthz and /readyz");
            }
        };
    }

    private Optional<EventKind> kind(String path, boolean send) throws Rejection {
        EventKinds now = kinds.get();
        if (path.equals(eventsPath)) {
            return send ? Optional.of(now.standard()) : Optional.empty();
        }
        return Optional.of(now.require(path.substring(kindsPath.length())));
    }

    private void checkBody(HttpRequest request) throws Rejection {
        HttpHeaders headers = request.headers();
        String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        int parameters = contentType.indexOf(';');
        String type = (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
        if (!MEDIA_TYPES.contains(type) && !(type.startsWith("application/") && type.endsWith("+json"))) {
            throw Rejection.unsupportedMediaType("Content-Type " + Shown.cut(type)
                    + " is not supported; send application/json or application/x-ndjson");
        }
        Charset charset = HttpUtil.getCharset(contentType, StandardCharsets.UTF_8);
        if (!charset.equals(StandardCharsets.UTF_8) && !charset.equals(StandardCharsets.US_ASCII)) {
            throw Rejection.unsupportedMediaType("charset " + charset + " is not supported; send UTF-8");
        }
        String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
        if (!encoding.equalsIgnoreCase("identity") && !gzip(headers)) {
            throw Rejection.unsupportedMediaType(
                    "Content-Encoding " + Shown.cut(encoding) + " is not supported; send gzip or none");
        }
        if (HttpUtil.getContentLength(request, 0L) > maxBytes) {
            throw tooLarge();
        }
    }

    Rejection tooLarge() {
        return Rejection.tooLarge(-1, "a request may have at most " + maxBytes + " bytes; send fewer events at a time");
    }

    private static Rejection undecodable(Throwable cause) {
        if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException) {
            return Rejection.headersTooLarge("the request line or the headers are too long");
        }
        return Rejection.badRequest("this is not HTTP/1.1: " + cause.getMessage());
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }
}
