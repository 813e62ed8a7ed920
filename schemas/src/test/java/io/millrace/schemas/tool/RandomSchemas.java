package io.millrace.schemas.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Makes random record schemas from few names, so that two of them have much in common, and edits them at random. */
final class RandomSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    private static final List<String> PRIMITIVES =
            List.of("boolean", "int", "long", "float", "double", "string", "bytes");
    private static final List<String> SYMBOLS = List.of("X", "Y", "Z");

    private final Random random;
    private int types;

    /** A schema as JSON, which is what gets edited. */
    record Spec(ObjectNode json) {
        Schema schema() {
            return new Schema.Parser().parse(json.toString());
        }

        boolean isValid() {
            try {
                schema();
                return true;
            } catch (AvroRuntimeException | NumberFormatException e) {
                return false;
            }
        }
    }

    RandomSchemas(Random random) {
        this.random = random;
    }

    Spec spec() {
        types = 0;
        Spec spec = new Spec(record("Root", 2));
        return spec.isValid() ? spec : spec();
    }

    /** One to three edits; edits that make no valid schema are tried again elsewhere. */
    Spec edited(Spec spec) {
        Spec result = spec;
        int edits = 1 + random.nextInt(3);
        while (edits > 0) {
            Spec next = new Spec(result.json().deepCopy());
            edit(next.json(), 0);
            if (next.isValid()) {
                result = next;
                edits--;
            }
        }
        return result;
    }

    private ObjectNode record(String name, int depth) {
        ObjectNode record = JSON.createObjectNode();
        record.put("type", "record").put("name", name).put("namespace", "n");
        ArrayNode fields = record.putArray("fields");
        for (String field : NAMES) {
            if (random.nextInt(3) > 0) {
                fields.add(field(field, depth));
            }
        }
        return record;
    }

    private ObjectNode field(String name, int depth) {
        ObjectNode field = JSON.createObjectNode().put("name", name);
        JsonNode type = type(depth);
        field.set("type", type);
        if (random.nextBoolean()) {
            setDefault(field, type);
        }
        return field;
    }

    private static void setDefault(ObjectNode field, JsonNode type) {
        JsonNode first = type.isArray() ? type.get(0) : type;
        String name = first.isTextual() ? first.asText() : first.path("type").asText();
        switch (name) {
            case "null" -> field.putNull("default");
            case "boolean" -> field.put("default", true);
            case "int", "long" -> field.put("default", 0);
            case "float", "double" -> field.put("default", 0.5);
            case "string", "bytes" -> field.put("default", "");
            case "array" -> field.putArray("default");
            case "map" -> field.putObject("default");
            case "enum" -> field.set("default", first.path("symbols").get(0));
            default -> {}
        }
    }

    private JsonNode type(int depth) {
        int kind = random.nextInt(depth > 0 ? 10 : 5);
        ObjectNode type = JSON.createObjectNode();
        return switch (kind) {
            case 5 -> type.put("type", "array").set("items", type(depth - 1));
            case 6 -> type.put("type", "map").set("values", type(depth - 1));
            case 7 -> union(depth);
            case 8 -> record("R" + types++, depth - 1);
            case 9 -> enumeration();
            case 4 ->
                random.nextBoolean()
                        ? type.put("type", "long")
                                .put("logicalType", pick(List.of("timestamp-millis", "timestamp-micros")))
                        : type.put("type", "fixed")
                                .put("name", "F" + types++)
                                .put("namespace", "n")
                                .put("size", 2);
            default -> JSON.getNodeFactory().textNode(pick(PRIMITIVES));
        };
    }

    private ArrayNode union(int depth) {
        ArrayNode union = JSON.createArrayNode();
        if (random.nextBoolean()) {
            union.add("null");
        }
        int branches = 1 + random.nextInt(2);
        for (int i = 0; i < branches; i++) {
            JsonNode branch = type(depth - 1);
            if (!branch.isArray()) {
                union.add(branch);
            }
        }
        return union.isEmpty() ? union.add("null") : union;
    }

    private ObjectNode enumeration() {
        ObjectNode type = JSON.createObjectNode()
                .put("type", "enum")
                .put("name", "E" + types++)
                .put("namespace", "n");
        ArrayNode symbols = type.putArray("symbols");
        symbols.add("X");
        SYMBOLS.stream().skip(1).filter(symbol -> random.nextBoolean()).forEach(symbols::add);
        if (random.nextInt(3) == 0) {
            type.put("default", "X");
        }
        return type;
    }

    private void edit(JsonNode record, int depth) {
        ArrayNode fields = (ArrayNode) record.path("fields");
        if (fields.isEmpty() || random.nextInt(6) == 0) {
            fields.add(field(pick(NAMES), 1));
            return;
        }
        int at = random.nextInt(fields.size());
        ObjectNode field = (ObjectNode) fields.get(at);
        switch (random.nextInt(9)) {
            case 0 -> fields.remove(at);
            case 1 -> field.remove("default");
            case 2 -> setDefault(field, field.path("type"));
            case 3 -> field.set("type", promoted(field.path("type")));
            case 4 -> field.set("type", type(1));
            case 5 -> nullable(field);
            case 6 -> {
                field.putArray("aliases").add(field.path("name").asText());
                field.put("name", pick(NAMES));
            }
            default -> deeper(field.path("type"), depth);
        }
    }

    private static JsonNode promoted(JsonNode type) {
        return switch (type.asText()) {
            case "int" -> JSON.getNodeFactory().textNode("long");
            case "long" -> JSON.getNodeFactory().textNode("double");
            case "string" -> JSON.getNodeFactory().textNode("bytes");
            default -> type;
        };
    }

    private static void nullable(ObjectNode field) {
        JsonNode type = field.path("type");
        if (type.isArray()) {
            field.set("type", type.get(type.size() - 1));
        } else {
            field.remove("default");
            field.set("type", JSON.createArrayNode().add("null").add(type));
        }
    }

    private void deeper(JsonNode type, int depth) {
        if (type.isArray()) {
            if (random.nextInt(3) == 0 && type.size() > 1) {
                ((ArrayNode) type).remove(random.nextInt(type.size()));
            } else if (random.nextInt(3) == 0) {
                ((ArrayNode) type).add(pick(PRIMITIVES));
            } else {
                type.forEach(branch -> deeper(branch, depth));
            }
            return;
        }
        switch (type.path("type").asText()) {
            case "record" -> edit(type, depth + 1);
            case "array" -> deeper(type.path("items"), depth);
            case "map" -> deeper(type.path("values"), depth);
            case "fixed" -> ((ObjectNode) type).put("size", 3);
            case "long" -> ((ObjectNode) type).put("logicalType", "timestamp-micros");
            case "enum" -> symbols((ObjectNode) type);
            default -> {}
        }
    }

    private void symbols(ObjectNode type) {
        ArrayNode symbols = (ArrayNode) type.path("symbols");
        if (symbols.size() > 1 && random.nextBoolean()) {
            symbols.remove(symbols.size() - 1);
        } else {
            symbols.add("W");
        }
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
