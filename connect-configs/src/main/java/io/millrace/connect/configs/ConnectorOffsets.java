package io.millrace.connect.configs;

import static io.millrace.connect.configs.ConnectTransport.encode;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How far connectors have come, in Connect's own form: {@code {"offsets": [{"partition": {...}, "offset": {...}}]}}. The
 * worker changes them only while a connector is STOPPED. Safe for use by several threads.
 */
public final class ConnectorOffsets {
    private final ConnectTransport worker;

    ConnectorOffsets(ConnectTransport worker) {
        this.worker = worker;
    }

    /** The offsets of a connector, whatever its state. */
    public JsonNode get(String name) {
        return worker.get("read the offsets of " + name, path(name));
    }

    /**
     * Changes offsets of a stopped connector; partitions that are not named keep theirs, an offset of {@code null}
     * forgets one.
     *
     * @return what the worker says about it; some plugins cannot check offsets, and then it says so
     */
    public String alter(String name, JsonNode offsets) {
        return worker.require("change the offsets of " + name, "PATCH", path(name), offsets)
                .path("message")
                .asText();
    }

    /** Forgets all offsets of a stopped connector, and returns what the worker says about it. */
    public String reset(String name) {
        return worker.require("reset the offsets of " + name, "DELETE", path(name), null)
                .path("message")
                .asText();
    }

    private static String path(String name) {
        return "/connectors/" + encode(name) + "/offsets";
    }
}
