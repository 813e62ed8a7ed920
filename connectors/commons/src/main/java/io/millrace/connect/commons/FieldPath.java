package io.millrace.connect.commons;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * A place inside of a value, written with dots: {@code address.city}. A field whose own name has dots is found before a
 * nested one.
 *
 * @param text the path
 */
public record FieldPath(String text) {

    /**
     * A value with its schema.
     *
     * @param schema null when the value has none
     * @param value never null
     */
    public record Found(Schema schema, Object value) {

        /** Scalars as {@link ValueText} says, everything else as JSON. */
        public String rendered() {
            return ConnectJson.textOf(schema, value);
        }
    }

    /** What is there; nothing when a step is missing or null. */
    public Optional<Found> in(Schema schema, Object value) {
        return find(schema, value, text);
    }

    private static Optional<Found> find(Schema schema, Object value, String path) {
        Optional<Found> whole = child(schema, value, path);
        if (whole.isPresent()) {
            return whole;
        }
        for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
            String rest = path.substring(dot + 1);
            Optional<Found> nested =
                    child(schema, value, path.substring(0, dot)).flatMap(step -> find(step.schema, step.value, rest));
            if (nested.isPresent()) {
                return nested;
            }
        }
        return Optional.empty();
    }

    private static Optional<Found> child(Schema schema, Object value, String name) {
        if (value instanceof Struct struct) {
            Field field = struct.schema().field(name);
            Object found = field == null ? null : ConnectJson.fieldValue(struct, field);
            return found == null ? Optional.empty() : Optional.of(new Found(field.schema(), found));
        }
        if (value instanceof Map<?, ?> map && map.get(name) != null) {
            return Optional.of(new Found(schema == null ? null : schema.valueSchema(), map.get(name)));
        }
        return Optional.empty();
    }
}
