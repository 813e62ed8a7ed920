package io.millrace.schemas.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.Schema;

/** Example values as JSON: those that a field's property {@code example} gives, and for other fields one that fits its type. */
final class Examples {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MOMENT_MILLIS = 1_764_547_200_000L;
    private static final int DAY = 20_423;
    private static final int NOON_MILLIS = 43_200_000;

    /** The records that are being shown: one that holds itself is cut short. */
    private final Set<String> open = new HashSet<>();

    private Examples() {}

    /** A whole record, with those of its top-level fields that are wanted. */
    static ObjectNode record(Schema schema, Predicate<Schema.Field> wanted) {
        return new Examples().fields(schema, wanted);
    }

    /** An example of one field. */
    static JsonNode of(Schema.Field field) {
        return new Examples().value(field);
    }

    private ObjectNode fields(Schema schema, Predicate<Schema.Field> wanted) {
        ObjectNode record = JsonNodeFactory.instance.objectNode();
        open.add(schema.getFullName());
        for (Schema.Field field : schema.getFields()) {
            if (wanted.test(field)) {
                record.set(field.name(), value(field));
            }
        }
        open.remove(schema.getFullName());
        return record;
    }

    private JsonNode value(Schema.Field field) {
        Object given = field.getObjectProp("example");
        return given == null ? value(field.schema()) : JSON.valueToTree(given);
    }

    private JsonNode value(Schema type) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        String logical = type.getProp("logicalType");
        return switch (type.getType()) {
            case NULL -> json.nullNode();
            case BOOLEAN -> json.booleanNode(true);
            case INT -> json.numberNode("date".equals(logical) ? DAY : "time-millis".equals(logical) ? NOON_MILLIS : 1);
            case LONG -> json.numberNode(number(logical));
            case FLOAT, DOUBLE -> json.numberNode(1.5);
            case STRING -> json.textNode("uuid".equals(logical) ? "7f1c9a52-0c3e-4a58-9d0e-1f2b3c4d5e6f" : "text");
            case BYTES -> json.textNode("\u0001");
            case FIXED -> json.textNode("\u0001".repeat(type.getFixedSize()));
            case ENUM -> json.textNode(type.getEnumSymbols().get(0));
            case ARRAY -> array(type.getElementType());
            case MAP -> map(type.getValueType());
            case UNION -> union(type.getTypes());
            case RECORD -> fields(type, field -> true);
        };
    }

    private static long number(String logical) {
        if (logical == null) {
            return 1;
        }
        return switch (logical) {
            case "timestamp-millis", "local-timestamp-millis" -> MOMENT_MILLIS;
            case "timestamp-micros", "local-timestamp-micros" -> MOMENT_MILLIS * 1000;
            case "timestamp-nanos", "local-timestamp-nanos" -> MOMENT_MILLIS * 1_000_000;
            case "time-micros" -> NOON_MILLIS * 1000L;
            default -> 1;
        };
    }

    private ArrayNode array(Schema element) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        if (!holdsOpenRecord(element)) {
            array.add(value(element));
        }
        return array;
    }

    private ObjectNode map(Schema values) {
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        if (!holdsOpenRecord(values)) {
            map.set("key", value(values));
        }
        return map;
    }

    private JsonNode union(List<Schema> branches) {
        return branches.stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL && !holdsOpenRecord(branch))
                .findFirst()
                .map(this::value)
                .orElse(JsonNodeFactory.instance.nullNode());
    }

    private boolean holdsOpenRecord(Schema type) {
        return switch (type.getType()) {
            case RECORD -> open.contains(type.getFullName());
            case UNION ->
                type.getTypes().stream()
                        .filter(branch -> branch.getType() != Schema.Type.NULL)
                        .allMatch(this::holdsOpenRecord);
            default -> false;
        };
    }
}
