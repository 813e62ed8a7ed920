package io.millrace.connect.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.commons.contract.ReadContext;
import io.millrace.connect.http.BodyPlan.Form;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.format.CloudEvents;
import io.millrace.connect.http.format.SegmentCalls;
import java.io.IOException;
import java.util.Map;

/** Objects that are no events by themselves but hold one: CloudEvents and Segment's calls. Belongs to one thread. */
final class Envelopes {
    /** What a node of a tree costs, roughly. */
    private static final int NODE_BYTES = 48;

    private static final ObjectReader TREES = JsonMapper.builder()
            .enable(
                    DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build()
            .readerFor(ObjectNode.class);

    private final BodyPlan plan;
    private final ReadContext.Memory memory;

    /**
     * What was in an envelope.
     *
     * @param fields of the contract
     * @param headers of the record
     */
    record Opened(EventKind kind, ObjectNode fields, Map<String, String> headers) {}

    /** @param memory is charged for the trees */
    Envelopes(BodyPlan plan, ReadContext.Memory memory) {
        this.plan = plan;
        this.memory = memory;
    }

    /** Reads the object that a parser is at the start of. */
    ObjectNode tree(JsonParser parser) throws IOException {
        return TREES.readValue(new Charged(parser, memory));
    }

    /** @throws Rejection when it is no such envelope */
    Opened open(ObjectNode object) throws Rejection {
        if (plan.isSegment()) {
            return new Opened(
                    plan.kind(),
                    SegmentCalls.fields(object, plan.kind().reader().fields()),
                    Map.of());
        }
        boolean binary = plan.form() == Form.CLOUD_BINARY;
        Map<String, JsonNode> attributes = binary ? plan.attributes() : CloudEvents.attributes(object);
        EventKind kind = kind(attributes.get("type").textValue());
        return new Opened(
                kind,
                CloudEvents.fields(
                        binary ? object : CloudEvents.data(object),
                        attributes,
                        kind.reader().fields()),
                CloudEvents.headers(attributes));
    }

    private EventKind kind(String type) {
        return plan.kinds().flatMap(kinds -> kinds.find(type)).orElse(plan.kind());
    }

    /** Charges for each token before there is a node of it. */
    private static final class Charged extends JsonParserDelegate {
        private final ReadContext.Memory memory;

        Charged(JsonParser parser, ReadContext.Memory memory) {
            super(parser);
            this.memory = memory;
        }

        @Override
        public JsonToken nextToken() throws IOException {
            memory.charge(NODE_BYTES);
            return super.nextToken();
        }
    }
}
