package io.millrace.spark;

import com.fasterxml.jackson.databind.JsonNode;

/** One more path of the control endpoint. Calls come from several threads. */
public interface ControlRoute {

    /** HTTP method, in capitals. */
    String method();

    /** Path, with its slash. */
    String path();

    /**
     * Answers one request.
     *
     * @param body the request's body as text, empty when it had none
     * @throws IllegalArgumentException when the request is wrong: answered with 400 and the message
     * @throws java.util.NoSuchElementException when what it asks for does not exist: answered with 404 and the message
     * @throws Exception anything else is answered with 500 and the message
     */
    JsonNode answer(JobContext context, String body) throws Exception;
}
