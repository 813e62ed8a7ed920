package io.millrace.local.dashboards;

import org.apache.avro.Schema;

/** What a field of an index can be used for. */
enum FieldType {
    KEYWORD,
    NUMBER,
    DATE,
    BOOLEAN,
    /** Stored, but neither grouped nor computed with: a map, a list of records. */
    OTHER;

    /** Of the index that the Elasticsearch sink makes of a contract. */
    static FieldType of(Schema schema) {
        Schema.Type type = schema.getType();
        if (type == Schema.Type.UNION) {
            return schema.getTypes().stream()
                    .filter(member -> member.getType() != Schema.Type.NULL)
                    .findFirst()
                    .map(FieldType::of)
                    .orElse(OTHER);
        }
        if (schema.getLogicalType() != null && schema.getLogicalType().getName().startsWith("timestamp-")) {
            return DATE;
        }
        return switch (type) {
            case STRING, ENUM -> KEYWORD;
            case INT, LONG, FLOAT, DOUBLE -> NUMBER;
            case BOOLEAN -> BOOLEAN;
            // A list is indexed as its elements.
            case ARRAY -> of(schema.getElementType());
            default -> OTHER;
        };
    }
}
