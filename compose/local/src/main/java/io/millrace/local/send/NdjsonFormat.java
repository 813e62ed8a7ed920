package io.millrace.local.send;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** One JSON object per line, whose fields are the event's. */
final class NdjsonFormat implements LineFormat {
    private final ObjectMapper json = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    @Override
    public ObjectNode parse(byte[] line) throws MalformedLine {
        try {
            JsonNode node = json.readTree(line);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new MalformedLine("is not a JSON object");
        } catch (JsonProcessingException e) {
            throw new MalformedLine("is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new MalformedLine("is not text: " + e.getMessage());
        }
    }
}
