package io.millrace.connect.privacy;

import io.millrace.schemas.Contract;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;

/**
 * The fields of one topic that hold personal data.
 *
 * @param actions what is done with each, by its path with dots
 * @param key the fields that make up a text key, in order
 */
record Marks(Map<String, Action> actions, List<String> key) {
    /** Between the parts of a key that is made of several fields. */
    static final String KEY_SEPARATOR = "|";

    private static final String MARK = "pii";

    Marks {
        actions = Map.copyOf(actions);
        key = List.copyOf(key);
    }

    boolean isEmpty() {
        return actions.isEmpty();
    }

    /**
     * Those of a contract.
     *
     * @param standard what is done with a field that is marked with {@code true}
     */
    static Marks of(Contract contract, Action standard) {
        Map<String, Action> found = new HashMap<>();
        contract.value().ifPresent(schema -> collect(schema, "", standard, found, new HashSet<>()));
        return new Marks(found, contract.topic().key());
    }

    /** With further fields, or other actions for the same. */
    Marks with(Map<String, Action> further) {
        Map<String, Action> all = new HashMap<>(actions);
        all.putAll(further);
        return new Marks(all, key);
    }

    private static void collect(
            Schema schema, String path, Action standard, Map<String, Action> into, Set<String> seen) {
        switch (schema.getType()) {
            case UNION -> schema.getTypes().forEach(type -> collect(type, path, standard, into, seen));
            case ARRAY -> collect(schema.getElementType(), path, standard, into, seen);
            case MAP -> collect(schema.getValueType(), path, standard, into, seen);
            case RECORD -> {
                if (!seen.add(schema.getFullName())) {
                    return; // a type that contains itself
                }
                for (Schema.Field field : schema.getFields()) {
                    String own = path.isEmpty() ? field.name() : path + "." + field.name();
                    Object mark = field.getObjectProp(MARK);
                    if (Boolean.TRUE.equals(mark)) {
                        into.put(own, standard);
                    } else if (mark instanceof String action) {
                        into.put(own, Action.of(own + "." + MARK, action));
                    } else {
                        collect(field.schema(), own, standard, into, seen);
                    }
                }
                seen.remove(schema.getFullName());
            }
            default -> {
                // Nothing below.
            }
        }
    }

    /** Reads {@code field} or {@code field=action}. */
    static Map<String, Action> parse(String configKey, List<String> texts, Action standard) {
        Map<String, Action> fields = new HashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            String field = (equals < 0 ? text : text.substring(0, equals)).strip();
            if (field.isEmpty()) {
                throw new ConfigException(configKey, text, "must be field or field=action");
            }
            fields.put(field, equals < 0 ? standard : Action.of(configKey, text.substring(equals + 1)));
        }
        return fields;
    }
}
