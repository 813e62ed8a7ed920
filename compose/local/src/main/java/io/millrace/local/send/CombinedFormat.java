package io.millrace.local.send;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.commons.format.CombinedLog;

/** The combined log format of web servers, read as the file source reads it. */
final class CombinedFormat implements LineFormat {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public ObjectNode parse(byte[] line) throws MalformedLine {
        try {
            return JSON.valueToTree(CombinedLog.parse(line).event());
        } catch (CombinedLog.NotCombined reason) {
            throw new MalformedLine(reason.getMessage());
        }
    }
}
