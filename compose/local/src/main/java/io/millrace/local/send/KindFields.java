package io.millrace.local.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What a sender fills into events of a kind when a line leaves it out.
 *
 * @param id the field that identifies an event and can hold a derived identity; empty when there is none
 * @param uuid whether the identity has to be written as a UUID
 * @param site whether events have a site
 */
public record KindFields(Optional<String> id, boolean uuid, boolean site) {
    /** The fields of web.events. */
    public static final KindFields WEB_EVENTS = new KindFields(Optional.of("event_id"), false, true);

    private static final String SITE = "site";

    /** @param kind the kind as the collector describes it */
    static KindFields of(JsonNode kind) {
        String idType = type(kind, kind.path("id").asText());
        boolean derivable = idType.equals("string") || idType.equals("uuid");
        return new KindFields(
                derivable ? Optional.of(kind.path("id").asText()) : Optional.empty(),
                idType.equals("uuid"),
                type(kind, SITE).equals("string"));
    }

    private static String type(JsonNode kind, String field) {
        for (JsonNode one : kind.path("fields")) {
            if (one.path("name").asText().equals(field)) {
                return one.path("type").asText();
            }
        }
        return "";
    }

    /**
     * Fills what the line has left out.
     *
     * @param hex an identity of 32 hexadecimal digits
     */
    void fill(ObjectNode event, String hex, String siteName) {
        if (id.isPresent() && event.path(id.get()).isMissingNode()) {
            event.put(id.get(), uuid ? withHyphens(hex) : hex);
        }
        if (site && event.path(SITE).isMissingNode()) {
            event.put(SITE, siteName);
        }
    }

    /** The event with its identity and its site, as far as it has them. */
    Event event(long line, ObjectNode event) {
        return Event.of(line, event, id.map(field -> event.path(field).asText()).orElse(""));
    }

    private static String withHyphens(String hex) {
        return hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    }
}
