package io.millrace.connect.elasticsearch;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** The mapping that fits a Connect schema, as the JSON that Elasticsearch takes, by the configuration's choices. */
final class IndexMapping {

    /** The longest keyword of four-byte characters that Lucene can index; longer ones are stored but not indexed. */
    private static final Map<String, Object> KEYWORD = Map.of("type", "keyword", "ignore_above", 8191);

    static final String PROPERTIES = "properties";

    private static final Map<String, Object> LONG = Map.of("type", "long");
    private static final Map<String, Object> DOUBLE = Map.of("type", "double");
    private static final Map<String, Object> DATE = Map.of("type", "date");

    private final Object dynamic;
    private final Map<String, Object> string;
    private final String decimals;
    private final String maps;

    IndexMapping(ElasticsearchSinkConfig config) {
        this.dynamic = config.getString(MappingKeys.DYNAMIC);
        this.string = MappingKeys.TEXT.equals(config.getString(MappingKeys.STRINGS))
                ? Map.of("type", "text", "fields", Map.of("keyword", KEYWORD))
                : KEYWORD;
        this.decimals = config.getString(MappingKeys.DECIMALS);
        this.maps = config.getString(MappingKeys.MAPS);
    }

    /** The whole mapping with these properties. */
    Map<String, Object> mapping(Map<String, Object> properties) {
        return Map.of("dynamic", dynamic, "dynamic_templates", dynamicTemplates(), PROPERTIES, properties);
    }

    /** The properties for a value of this schema; none when it has no schema. */
    Map<String, Object> properties(Schema schema) {
        Map<String, Object> properties = new LinkedHashMap<>();
        if (schema != null && schema.type() == Schema.Type.STRUCT) {
            for (Field field : schema.fields()) {
                properties.put(field.name(), property(field.schema()));
            }
        }
        return properties;
    }

    /** Strings without a schema become keywords too, as everything here is for exact filters and aggregations. */
    private List<Map<String, Object>> dynamicTemplates() {
        return List.of(Map.of("strings", Map.of("match_mapping_type", "string", "mapping", string)));
    }

    /** The part of the wanted properties that an index does not have; what it has stays as it is. */
    static Map<String, Object> missing(Map<String, Object> wanted, Map<String, Object> existing) {
        Map<String, Object> missing = new LinkedHashMap<>();
        wanted.forEach((name, property) -> {
            if (!existing.containsKey(name)) {
                missing.put(name, property);
            } else if (property instanceof Map<?, ?> object && object.containsKey(PROPERTIES)) {
                Map<String, Object> inner =
                        missing(Json.path(wanted, name, PROPERTIES), Json.path(existing, name, PROPERTIES));
                if (!inner.isEmpty()) {
                    missing.put(name, Map.of(PROPERTIES, inner));
                }
            }
        });
        return missing;
    }

    /** The types of fields that a server may lack, by the key that asks for them. */
    Map<String, Map<String, Object>> unusualTypes() {
        Map<String, Map<String, Object>> types = new LinkedHashMap<>();
        if (decimals.equals(MappingKeys.SCALED)) {
            types.put(MappingKeys.DECIMALS, scaled(2));
        }
        if (!maps.equals(MappingKeys.OBJECT)) {
            types.put(MappingKeys.MAPS, Map.of("type", maps));
        }
        return types;
    }

    static Map<String, Object> longs() {
        return LONG;
    }

    private Map<String, Object> property(Schema schema) {
        if (schema.name() != null) {
            switch (schema.name()) {
                case Timestamp.LOGICAL_NAME, Date.LOGICAL_NAME:
                    return DATE;
                case Time.LOGICAL_NAME:
                    return KEYWORD;
                case Decimal.LOGICAL_NAME:
                    return decimal(schema);
                default:
                    break;
            }
        }
        return switch (schema.type()) {
            case INT8, INT16, INT32, INT64 -> LONG;
            case FLOAT32, FLOAT64 -> DOUBLE;
            case BOOLEAN -> Map.of("type", "boolean");
            case STRING -> string;
            case BYTES -> Map.of("type", "binary");
            case STRUCT -> Map.of(PROPERTIES, properties(schema));
            case MAP -> Map.of("type", maps);
            // Elasticsearch has no arrays: a field holds any number of values.
            case ARRAY -> property(schema.valueSchema());
        };
    }

    private Map<String, Object> decimal(Schema schema) {
        if (!decimals.equals(MappingKeys.SCALED)) {
            return decimals.equals(MappingKeys.DOUBLE) ? DOUBLE : KEYWORD;
        }
        return scaled(Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD)));
    }

    private static Map<String, Object> scaled(int scale) {
        return Map.of("type", MappingKeys.SCALED, "scaling_factor", BigDecimal.TEN.pow(Math.max(0, scale)));
    }
}
