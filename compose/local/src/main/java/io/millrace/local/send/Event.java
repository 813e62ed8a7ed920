package io.millrace.local.send;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * An event on its way.
 *
 * @param line line of the file, from one
 * @param id its identity; empty when its kind has none
 * @param site the site it belongs to; empty when its kind has none
 * @param json the object that is posted, in UTF-8
 */
public record Event(long line, String id, String site, byte[] json) {
    /** Reads identity and site from the object, which has both. */
    public static Event of(long line, ObjectNode object) {
        return of(line, object, object.path("event_id").asText());
    }

    /** Reads the site from the object, when it has one. */
    static Event of(long line, ObjectNode object, String id) {
        return new Event(
                line, id, object.path("site").asText(), object.toString().getBytes(StandardCharsets.UTF_8));
    }
}
