package io.millrace.connect.commons.contract;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * What is known while one event is read.
 *
 * @param address textual address of the client
 * @param userAgent what the client calls itself; null when it does not say
 * @param receivedAt when the collector took the event, in milliseconds since 1970 UTC
 * @param ids gives identities, on any thread
 * @param memory is charged for what grows with the number of elements that a client sends
 * @param ignoreUnknown whether fields that the contract does not have are left out rather than refused
 */
public record ReadContext(
        String address, String userAgent, long receivedAt, Supplier<String> ids, Memory memory, boolean ignoreUnknown) {

    /** What is known while an event is read whose unknown fields are refused. */
    public ReadContext(String address, String userAgent, long receivedAt, Supplier<String> ids, Memory memory) {
        this(address, userAgent, receivedAt, ids, memory, false);
    }

    /** Counts what values take in memory. */
    @FunctionalInterface
    public interface Memory {
        /**
         * Takes more.
         *
         * @param bytes at least zero
         * @throws IOException when there is no room for them
         */
        void charge(int bytes) throws IOException;
    }
}
