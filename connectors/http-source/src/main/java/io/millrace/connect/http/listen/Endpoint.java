package io.millrace.connect.http.listen;

import io.millrace.connect.http.answer.Answer;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.limits.ByteBudget;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one task does with requests. Safe for use by several threads; runs on event loops and therefore never waits.
 */
public interface Endpoint {
    /** Name of the connector whose task this is: tasks of one connector share its requests. */
    String connector();

    /** Whether requests for a path are its business. */
    boolean takes(String path);

    /** The paths that it takes, each as a text that is equal for two endpoints which are in each other's way. */
    List<String> claims();

    /** Whether clients have write keys, by which connectors at the same path are told apart. */
    boolean hasWriteKeys();

    /** Whether the write key of a request is one of its own. */
    boolean knowsWriteKey(Request request);

    /** Whether Connect fetches what it takes, at the moment. */
    boolean isReady();

    /** Whether it has begun to stop. */
    boolean isStopping();

    /** What somebody should look at although all goes on, in a sentence each. */
    List<String> warnings();

    /**
     * Decides what becomes of a request.
     *
     * @throws Rejection when it is refused before its body is read
     */
    Taken begin(Request request) throws Rejection;

    /** Adds what every answer to a request has among its headers. */
    void addHeaders(Request request, HttpHeaders answer);

    /** What becomes of a request. */
    sealed interface Taken {}

    /** It is answered without its body. */
    record Answered(Answer answer) implements Taken {}

    /** Its body is wanted. */
    non-sealed interface Upload extends Taken {
        int maxBytes();

        /** Milliseconds for the body to come, and again for the answer. */
        long timeoutMs();

        /** Is charged for what comes; belongs to the upload once it is submitted. */
        ByteBudget.Lease lease();

        Rejection tooLarge();

        /**
         * Takes the body.
         *
         * @param bytes belong to the caller, who changes them afterwards
         * @param answer takes the answer, on any thread, once; not called when a rejection is thrown
         * @return what to run when the time for the answer is over
         * @throws Rejection when nothing of it is accepted
         */
        Runnable submit(byte[] bytes, int offset, int length, Consumer<Answer> answer) throws Rejection;
    }
}
