package io.millrace.connect.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connect.commons.contract.Shown;
import io.millrace.connect.http.BodyPlan.Form;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.format.CloudEvents;
import io.millrace.connect.http.format.Inflater;
import io.millrace.connect.http.format.SegmentCalls;
import io.millrace.connect.http.listen.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Decides from the line and the headers of a request what becomes of it. Safe for use by several threads. */
final class Paths {
    /** The form type is what curl sends when it is told nothing, text what browsers' beacons do; the body is JSON all the same. */
    private static final Set<String> MEDIA_TYPES = Set.of(
            "",
            "text/plain",
            "application/json",
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
            "application/x-www-form-urlencoded");

    private static final String PIXEL = "pixel.gif";

    private final HttpSourceConfig config;
    private final String eventsPath;
    private final String kindsPath;
    private final String siblings;
    private final Supplier<EventKinds> kinds;

    /** @param kinds gives the kinds that are taken at this moment, on any thread */
    Paths(HttpSourceConfig config, Supplier<EventKinds> kinds) {
        this.config = config;
        this.eventsPath = config.path();
        this.kindsPath = below(eventsPath);
        this.siblings = eventsPath.substring(0, eventsPath.lastIndexOf('/') + 1);
        this.kinds = kinds;
    }

    /** What is asked for. */
    sealed interface Target {}

    /** Events are sent. */
    record Send(BodyPlan plan) implements Target {}

    /** A question about one kind, or about all when it is empty. */
    record Ask(Optional<EventKind> kind) implements Target {}

    /** The path under which the event kinds have theirs. */
    static String below(String eventsPath) {
        return eventsPath.endsWith("/") ? eventsPath : eventsPath + "/";
    }

    boolean takes(String path) {
        return isEvents(path) || isPixel(path) || segment(path).isPresent();
    }

    /** What another connector cannot have at the same address. */
    List<String> claims() {
        List<String> claims = new ArrayList<>(List.of(eventsPath));
        if (config.hasFormat(HttpSourceConfig.SEGMENT)) {
            claims.add(siblings + "batch");
        }
        if (config.hasFormat(HttpSourceConfig.PIXEL)) {
            claims.add(siblings + PIXEL);
        }
        return claims;
    }

    /** The methods of a path. */
    String allowed(String path) {
        if (isEvents(path)) {
            return "GET, HEAD, POST";
        }
        return isPixel(path) ? "GET, HEAD" : "POST";
    }

    /** @throws Rejection when the request is refused before its body is read */
    Target check(Request request) throws Rejection {
        String path = request.path();
        String method = request.head().method().name();
        boolean send = method.equals("POST");
        boolean ask = method.equals("GET") || method.equals("HEAD");
        EventKinds now = kinds.get();
        if (isPixel(path) && ask) {
            return new Send(pixel(request, now));
        }
        if (isEvents(path) && ask) {
            return new Ask(path.equals(eventsPath) ? Optional.empty() : Optional.of(named(now, path)));
        }
        if (send && !isPixel(path)) {
            Optional<String> call = isEvents(path) ? Optional.empty() : segment(path);
            return new Send(call.isPresent() ? segment(request, now, call.get()) : events(request, now, path));
        }
        throw Rejection.methodNotAllowed(method, allowed(path));
    }

    Rejection tooLarge() {
        return Rejection.tooLarge(
                -1,
                "a request may have at most " + config.limits().requestBytes() + " bytes; send fewer events at a time");
    }

    private boolean isEvents(String path) {
        return path.equals(eventsPath) || path.startsWith(kindsPath) && path.length() > kindsPath.length();
    }

    private boolean isPixel(String path) {
        return config.hasFormat(HttpSourceConfig.PIXEL) && path.equals(siblings + PIXEL);
    }

    /** The type of call; empty text for several, nothing for another path. */
    private Optional<String> segment(String path) {
        if (!config.hasFormat(HttpSourceConfig.SEGMENT)
                || path.length() <= siblings.length()
                || !path.startsWith(siblings)) {
            return Optional.empty();
        }
        // Segment's client for Java ends its path with a slash.
        String name = path.substring(siblings.length(), path.endsWith("/") ? path.length() - 1 : path.length());
        return Optional.ofNullable(SegmentCalls.PATHS.get(name));
    }

    private EventKind named(EventKinds now, String path) throws Rejection {
        return now.require(path.substring(kindsPath.length()));
    }

    private BodyPlan pixel(Request request, EventKinds now) throws Rejection {
        List<String> wanted = request.query().getOrDefault("kind", List.of());
        EventKind kind = wanted.isEmpty() ? now.standard() : now.require(wanted.get(0));
        return new BodyPlan(
                Form.PIXEL, kind, Optional.empty(), Optional.empty(), Map.of(), request.query(), memory(request));
    }

    private BodyPlan segment(Request request, EventKinds now, String call) throws Rejection {
        mediaType(request);
        Form form = call.isEmpty() ? Form.SEGMENT_BATCH : Form.SEGMENT_CALL;
        return plan(form, request, now.standard(), Optional.empty(), Map.of());
    }

    private BodyPlan events(Request request, EventKinds now, String path) throws Rejection {
        boolean standard = path.equals(eventsPath);
        EventKind kind = standard ? now.standard() : named(now, path);
        String type = mediaType(request);
        boolean cloud = config.hasFormat(HttpSourceConfig.CLOUDEVENTS);
        Optional<EventKinds> byType = standard ? Optional.of(now) : Optional.empty();
        if (cloud && (type.equals(CloudEvents.STRUCTURED) || type.equals(CloudEvents.BATCH))) {
            return plan(Form.CLOUD_STRUCTURED, request, kind, byType, Map.of());
        }
        HttpHeaders headers = request.head().headers();
        return cloud && CloudEvents.isBinary(headers)
                ? plan(Form.CLOUD_BINARY, request, kind, byType, CloudEvents.attributes(headers))
                : plan(Form.JSON, request, kind, Optional.empty(), Map.of());
    }

    private BodyPlan plan(
            Form form, Request request, EventKind kind, Optional<EventKinds> byType, Map<String, JsonNode> attributes)
            throws Rejection {
        if (HttpUtil.getContentLength(request.head(), 0L) > config.limits().requestBytes()) {
            throw tooLarge();
        }
        Optional<Inflater> inflater = Inflater.of(request.head().headers().get(HttpHeaderNames.CONTENT_ENCODING, ""));
        return new BodyPlan(form, kind, byType, inflater, attributes, Map.of(), memory(request));
    }

    /** Whether this client, or every one, only wants to be rid of its events. */
    private boolean memory(Request request) {
        return config.acknowledgesFromMemory()
                || request.query().getOrDefault("ack", List.of()).contains(HttpSourceConfig.ACK_MEMORY)
                || request.head().headers().get("Prefer", "").contains("respond-async");
    }

    private String mediaType(Request request) throws Rejection {
        String contentType = request.head().headers().get(HttpHeaderNames.CONTENT_TYPE, "");
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
        return type;
    }
}
