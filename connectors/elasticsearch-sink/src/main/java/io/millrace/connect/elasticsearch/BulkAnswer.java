package io.millrace.connect.elasticsearch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.connect.commons.RetriableFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads the answer to a bulk request; only items that failed become objects. */
final class BulkAnswer {

    private static final JsonFactory JSON = new JsonFactory();

    private BulkAnswer() {}

    /**
     * The errors by item, null where the item succeeded; empty when there is none at all.
     *
     * @param items how many items were sent
     * @throws RetriableFailure when the answer is not one to these items, so that nothing is known about them
     */
    static List<ErrorAnswer> errors(InputStream body, int items) {
        try (JsonParser parser = JSON.createParser(body)) {
            List<ErrorAnswer> errors = List.of();
            boolean told = false;
            boolean failed = true;
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("errors")) {
                    told = true;
                    failed = value == JsonToken.VALUE_TRUE;
                    if (!failed) {
                        return List.of();
                    }
                } else if (name.equals("items")) {
                    errors = items(parser);
                } else {
                    parser.skipChildren();
                }
            }
            if (told && failed && errors.size() == items) {
                return errors;
            }
        } catch (IOException notJson) {
            throw new RetriableFailure("Elasticsearch answered a bulk request with something else than JSON", notJson);
        }
        throw new RetriableFailure("Elasticsearch answered a bulk request of " + items + " items incompletely", null);
    }

    private static List<ErrorAnswer> items(JsonParser parser) throws IOException {
        List<ErrorAnswer> errors = new ArrayList<>();
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            parser.nextToken();
            parser.nextToken();
            errors.add(item(parser));
            parser.nextToken();
        }
        return errors;
    }

    private static ErrorAnswer item(JsonParser parser) throws IOException {
        int status = 0;
        String type = "";
        String reason = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals("status")) {
                status = parser.getIntValue();
            } else if (name.equals("error")) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String detail = parser.currentName();
                    parser.nextToken();
                    if (detail.equals("type")) {
                        type = parser.getText();
                    } else if (detail.equals("reason")) {
                        reason = parser.getText();
                    } else {
                        parser.skipChildren();
                    }
                }
            } else {
                parser.skipChildren();
            }
        }
        return status >= 200 && status < 300 ? null : new ErrorAnswer(status, type, reason);
    }
}
