package io.millrace.local.dashboards;

import io.millrace.schemas.NearestName;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The fields of an index, or of all indices of a pattern.
 *
 * @param index name or pattern
 * @param time the field by which Kibana's time range selects, unless a panel names another
 * @param fields type by name
 * @param units unit by name, where the contract gives one
 */
record IndexFields(String index, String time, Map<String, FieldType> fields, Map<String, String> units) {
    IndexFields {
        fields = new TreeMap<>(fields);
        units = new TreeMap<>(units);
    }

    /** The type of a field; empty when there is none of that name. */
    Optional<FieldType> type(String field) {
        return Optional.ofNullable(fields.get(field));
    }

    /** Why a field cannot be used, as the end of a sentence; empty when it can. */
    Optional<String> refusal(String field, FieldType... allowed) {
        FieldType type = fields.get(field);
        if (type == null) {
            return Optional.of(index + " has no field " + field + "; " + NearestName.hint(field, fields.keySet()));
        }
        for (FieldType each : allowed) {
            if (each == type) {
                return Optional.empty();
            }
        }
        return Optional.of("field " + field + " of " + index + " is "
                + type.name().toLowerCase(java.util.Locale.ROOT) + ", which cannot be used so");
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }
}
