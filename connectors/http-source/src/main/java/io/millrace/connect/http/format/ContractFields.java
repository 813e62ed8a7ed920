package io.millrace.connect.http.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.connect.commons.contract.FieldType;
import io.millrace.connect.commons.contract.RecordType;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a contract that a client may send, found by names of other conventions: {@code userId}, {@code userid} and
 * {@code User-Id} are {@code user_id}. Immutable.
 */
public final class ContractFields {
    /** Exact, and keeps the zeros at the end of a decimal as they were sent. */
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private final RecordType type;
    private final Optional<String> id;
    private final Optional<String> time;
    private final Map<String, String> byLooseName = new HashMap<>();

    /**
     * @param id the field that identifies an event
     * @param time the field that says when it happened
     */
    public ContractFields(RecordType type, Optional<String> id, Optional<String> time) {
        this.type = type;
        for (String field : type.sendable()) {
            byLooseName.putIfAbsent(loose(field), field);
        }
        this.id = id.filter(byLooseName::containsValue);
        this.time = time.filter(byLooseName::containsValue);
    }

    Optional<String> id() {
        return id;
    }

    Optional<String> time() {
        return time;
    }

    /** An object without fields. */
    static ObjectNode none() {
        return NODES.objectNode();
    }

    /** The field that a name of any convention means. */
    Optional<String> find(String name) {
        return Optional.ofNullable(byLooseName.get(loose(name)));
    }

    /** Sets the field that a name means, unless it has a value already or nothing is given. */
    void fill(ObjectNode fields, String name, JsonNode value) {
        find(name).ifPresent(field -> fillExactly(fields, field, value));
    }

    void fillExactly(ObjectNode fields, String field, JsonNode value) {
        if (value != null && !value.isNull() && !value.isMissingNode() && !fields.has(field)) {
            fields.set(field, value);
        }
    }

    /** What a text means in a field: a number or a truth value where the contract wants one, else the text. */
    JsonNode value(String field, String text) {
        Optional<FieldType> found = type.type(field);
        if (found.isEmpty()) {
            return new TextNode(text);
        }
        return switch (found.get().typeName()) {
            case "boolean" ->
                text.equals("true") || text.equals("false")
                        ? BooleanNode.valueOf(text.equals("true"))
                        : new TextNode(text);
            case "int",
                    "long",
                    "timestamp-millis",
                    "timestamp-micros",
                    "time-millis",
                    "time-micros",
                    "local-timestamp-millis",
                    "local-timestamp-micros" -> whole(text);
            case "float", "double" -> number(text);
            default -> new TextNode(text);
        };
    }

    private static JsonNode whole(String text) {
        try {
            return LongNode.valueOf(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return new TextNode(text);
        }
    }

    private static JsonNode number(String text) {
        try {
            return text.length() > 40 ? new TextNode(text) : DecimalNode.valueOf(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return new TextNode(text);
        }
    }

    private static String loose(String name) {
        return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }
}
