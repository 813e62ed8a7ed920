package io.millrace.connect.elasticsearch;

import java.nio.charset.StandardCharsets;

/** What a bulk item does. */
enum Operation {
    /** Replaces the document. */
    INDEX("index"),
    /** Adds the document; one that is there stays. */
    CREATE("create"),
    /** Merges fields into the document. */
    UPDATE("update"),
    DELETE("delete");

    private final byte[] opening;

    Operation(String name) {
        this.opening = ("{\"" + name + "\":{\"_index\":").getBytes(StandardCharsets.US_ASCII);
    }

    /** The beginning of the action's line, up to the name of the index. */
    byte[] opening() {
        return opening;
    }
}
