package io.millrace.connect.privacy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Makes copies of values in which marked fields are hashed or dropped. What cannot be protected is an error, never passed
 * on as it is. Schemas stay as they are. Used by one thread.
 */
final class Shield {
    private final Map<String, Action> actions;
    private final Pseudonyms pseudonyms;

    /** @param pseudonyms null when nothing is to be hashed */
    Shield(Map<String, Action> actions, Pseudonyms pseudonyms) {
        this.actions = actions;
        this.pseudonyms = pseudonyms;
    }

    /** A Struct or map; anything else is given back. */
    Object protect(Schema schema, Object value) {
        return walk(schema, value, "");
    }

    private Object walk(Schema schema, Object value, String path) {
        if (value instanceof Struct struct) {
            return struct(struct, path);
        }
        if (value instanceof Map<?, ?> map) {
            return map(schema == null ? null : schema.valueSchema(), map, path);
        }
        if (value instanceof List<?> list) {
            Schema element = schema == null ? null : schema.valueSchema();
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(each -> copy.add(walk(element, each, path)));
            return copy;
        }
        return value;
    }

    private Struct struct(Struct struct, String path) {
        Struct copy = new Struct(struct.schema());
        for (Field field : struct.schema().fields()) {
            String own = below(path, field.name());
            Object value = struct.getWithoutDefault(field.name());
            Action action = actions.get(own);
            copy.put(
                    field, action == null ? walk(field.schema(), value, own) : act(action, field.schema(), value, own));
        }
        return copy;
    }

    /** Of a map with a schema, the path names the values altogether as well as one of them. */
    private Map<Object, Object> map(Schema values, Map<?, ?> map, String path) {
        Map<Object, Object> copy = values == null ? new LinkedHashMap<>() : new HashMap<>();
        map.forEach((name, value) -> {
            String own = below(path, String.valueOf(name));
            Action action = actions.get(own);
            if (action == null) {
                copy.put(name, walk(values, value, values == null || actionBelow(own) ? own : path));
            } else if (action == Action.HASH) {
                copy.put(name, act(action, values, value, own));
            }
        });
        return copy;
    }

    private boolean actionBelow(String path) {
        return actions.keySet().stream().anyMatch(marked -> marked.startsWith(path + "."));
    }

    private Object act(Action action, Schema schema, Object value, String path) {
        if (value == null) {
            return null;
        }
        return action == Action.HASH ? hash(schema, value, path) : dropped(schema, path);
    }

    private static Object dropped(Schema schema, String path) {
        if (schema.isOptional()) {
            return null;
        }
        if (schema.defaultValue() != null) {
            return schema.defaultValue();
        }
        throw new DataException(
                "the field " + path + " is personal data to be dropped, but its schema wants a value and"
                        + " has no default; make it optional, or have it hashed");
    }

    /** Text gives text and bytes give bytes; of what is composed, each part is hashed. */
    private Object hash(Schema schema, Object value, String path) {
        if (value instanceof Struct struct) {
            Struct copy = new Struct(struct.schema());
            for (Field field : struct.schema().fields()) {
                Object part = struct.getWithoutDefault(field.name());
                copy.put(field, part == null ? null : hash(field.schema(), part, below(path, field.name())));
            }
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            Schema values = schema == null ? null : schema.valueSchema();
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((name, part) -> copy.put(name, part == null ? null : hash(values, part, path)));
            return copy;
        }
        if (value instanceof List<?> list) {
            Schema element = schema == null ? null : schema.valueSchema();
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(part -> copy.add(part == null ? null : hash(element, part, path)));
            return copy;
        }
        if (pseudonyms == null) {
            throw new DataException(
                    "the field " + path + " is personal data that its contract wants hashed; set hash.key");
        }
        if (schema == null && !(value instanceof byte[]) || schema != null && schema.type() == Schema.Type.STRING) {
            return pseudonyms.of(value.toString());
        }
        if (schema == null || schema.type() == Schema.Type.BYTES && schema.name() == null) {
            byte[] bytes = value instanceof ByteBuffer buffer ? bytes(buffer) : (byte[]) value;
            return value instanceof ByteBuffer ? ByteBuffer.wrap(pseudonyms.of(bytes)) : pseudonyms.of(bytes);
        }
        throw new DataException("the field " + path + " is personal data to be hashed, but it is of type "
                + schema.type().getName() + (schema.name() == null ? "" : " (" + schema.name() + ")")
                + ", which has no room for a hash; make it text, or have it dropped");
    }

    /**
     * A key. A text may have parts that are marked fields; a number that is one cannot be protected.
     *
     * @param fields what the contract makes keys of
     */
    Object key(Schema schema, Object key, List<String> fields) {
        if (key instanceof String text) {
            return text(text, fields);
        }
        if (key == null || key instanceof Struct || key instanceof Map<?, ?>) {
            return protect(schema, key);
        }
        Action action = fields.size() == 1 ? actions.get(fields.get(0)) : null;
        return action == null ? key : hash(schema == null ? Schema.OPTIONAL_INT64_SCHEMA : schema, key, fields.get(0));
    }

    private String text(String text, List<String> fields) {
        String[] parts = fields.size() < 2 ? new String[] {text} : text.split("\\" + Marks.KEY_SEPARATOR, -1);
        if (fields.stream().noneMatch(actions::containsKey)) {
            return text;
        }
        if (parts.length != fields.size()) {
            throw new DataException("a key is made of " + String.join(Marks.KEY_SEPARATOR, fields)
                    + " by its contract, some of which is personal data, but this one has " + parts.length + " parts");
        }
        for (int i = 0; i < parts.length; i++) {
            Action action = actions.get(fields.get(i));
            if (action != null) {
                parts[i] = action == Action.HASH ? (String) hash(null, parts[i], fields.get(i)) : "";
            }
        }
        return String.join(Marks.KEY_SEPARATOR, parts);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
