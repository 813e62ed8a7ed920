package io.millrace.connect.http.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.http.answer.Rejection;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * CloudEvents 1.0 over HTTP. The data are the event's fields; an attribute or an extension fills the field of the same name
 * that the data leave out, {@code id} the field that identifies an event, {@code time} the one that says when it happened.
 * All attributes are headers of the record, as the Kafka binding names them.
 */
public final class CloudEvents {
    public static final String STRUCTURED = "application/cloudevents+json";
    public static final String BATCH = "application/cloudevents-batch+json";
    private static final String HEADER = "ce-";
    private static final String RECORD_HEADER = "ce_";
    private static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");
    private static final int LONGEST = 1024;

    private CloudEvents() {}

    /** Whether a request is in the binary mode, where the attributes are headers. */
    public static boolean isBinary(HttpHeaders headers) {
        return headers.contains(HEADER + "specversion");
    }

    /**
     * The attributes of a request in the binary mode.
     *
     * @throws Rejection when one that is required is missing
     */
    public static Map<String, JsonNode> attributes(HttpHeaders headers) throws Rejection {
        Map<String, JsonNode> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(HEADER)) {
                attributes.put(
                        name.substring(HEADER.length()),
                        ContractFields.none().textNode(decoded(header.getKey(), header.getValue())));
            }
        }
        require(attributes);
        return attributes;
    }

    /**
     * The attributes of an event in the structured mode.
     *
     * @throws Rejection when one that is required is missing
     */
    public static Map<String, JsonNode> attributes(ObjectNode event) throws Rejection {
        Map<String, JsonNode> attributes = new LinkedHashMap<>();
        event.fields().forEachRemaining(field -> {
            if (!field.getKey().equals("data") && !field.getKey().equals("data_base64")) {
                attributes.put(field.getKey(), field.getValue());
            }
        });
        require(attributes);
        return attributes;
    }

    /** The data of an event in the structured mode. @throws Rejection when they are no object */
    public static ObjectNode data(ObjectNode event) throws Rejection {
        JsonNode data = event.get("data");
        if (event.has("data_base64")) {
            throw Rejection.invalidEvent(-1, "data_base64", "is not taken here; send JSON in data");
        }
        if (data == null || data.isNull()) {
            return ContractFields.none();
        }
        if (data instanceof ObjectNode object) {
            return object;
        }
        throw Rejection.invalidEvent(-1, "data", "must be an object with the fields of the contract");
    }

    /** The fields of the contract. */
    public static ObjectNode fields(ObjectNode data, Map<String, JsonNode> attributes, ContractFields contract) {
        ObjectNode fields = data.deepCopy();
        contract.id().ifPresent(id -> contract.fillExactly(fields, id, attributes.get("id")));
        contract.time().ifPresent(time -> contract.fillExactly(fields, time, attributes.get("time")));
        attributes.forEach((name, value) -> contract.find(name)
                .ifPresent(field -> contract.fillExactly(
                        fields, field, value.isTextual() ? contract.value(field, value.textValue()) : value)));
        return fields;
    }

    /** The headers of the record. */
    public static Map<String, String> headers(Map<String, JsonNode> attributes) {
        Map<String, String> headers = new LinkedHashMap<>();
        attributes.forEach((name, value) -> headers.put(RECORD_HEADER + name, value.asText()));
        return headers;
    }

    private static void require(Map<String, JsonNode> attributes) throws Rejection {
        for (String name : REQUIRED) {
            JsonNode value = attributes.get(name);
            if (value == null || !value.isTextual() || value.textValue().isEmpty()) {
                throw Rejection.invalidEvent(-1, name, "is missing; a CloudEvent must have it");
            }
        }
        if (!attributes.get("specversion").textValue().startsWith("1.")) {
            throw Rejection.invalidEvent(-1, "specversion", "must be 1.0");
        }
        for (Map.Entry<String, JsonNode> attribute : attributes.entrySet()) {
            if (attribute.getValue().isContainerNode()) {
                throw Rejection.invalidEvent(-1, attribute.getKey(), "must be a text, a number or a truth value");
            }
            if (attribute.getValue().asText().length() > LONGEST) {
                throw Rejection.invalidEvent(-1, attribute.getKey(), "is longer than " + LONGEST + " characters");
            }
        }
    }

    /** Values in headers are percent-encoded; a plus is a plus. */
    private static String decoded(String name, String value) throws Rejection {
        if (value.indexOf('%') < 0) {
            return value;
        }
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Rejection.badRequest("the header " + name + " is not percent-encoded");
        }
    }
}
