package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.SinkFailure;
import java.util.List;
import java.util.function.Consumer;

/** Sends bulk requests without waiting for them. */
interface BulkTransport {

    /** How a request ended. */
    sealed interface Reply {}

    /**
     * The server has looked at each item.
     *
     * @param errors by item, null where it succeeded; empty when all did
     */
    record Answered(List<ErrorAnswer> errors) implements Reply {}

    /** The server takes no request of this size. */
    record TooLarge(ErrorAnswer error) implements Reply {}

    /** Nothing is known about the items. */
    record Failed(SinkFailure failure) implements Reply {}

    /**
     * Sends a part of an array, which must not change before the reply.
     *
     * @param items how many items the part has
     * @param reply takes the reply, once, on any thread
     */
    void bulk(byte[] bytes, int from, int to, int items, Consumer<Reply> reply);

    /** What to call the server in messages. */
    String address();
}
