package io.millrace.local.send;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes an event of a line. */
public interface LineFormat {
    /**
     * The fields that the line gives; identity and site may be missing.
     *
     * @param line the line's bytes, not blank, without its line end
     * @throws MalformedLine when the line gives no event
     */
    ObjectNode parse(byte[] line) throws MalformedLine;
}
