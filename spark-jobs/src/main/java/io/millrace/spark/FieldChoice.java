package io.millrace.spark;

import java.util.Collection;
import java.util.List;
import org.apache.avro.Schema;

/** A record's schema with some of its fields. */
final class FieldChoice {
    private FieldChoice() {}

    /** The same object when all of them are chosen. */
    static Schema of(Schema record, Collection<String> fields) {
        List<Schema.Field> chosen = record.getFields().stream()
                // Symbols are checked only where they are read.
                .filter(field -> fields.contains(field.name()) || !isPlain(field.schema()))
                .map(field -> new Schema.Field(field, field.schema()))
                .toList();
        if (chosen.size() == record.getFields().size()) {
            return record;
        }
        return Schema.createRecord(record.getName(), null, record.getNamespace(), record.isError(), chosen);
    }

    private static boolean isPlain(Schema schema) {
        return switch (schema.getType()) {
            case STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL, FIXED -> true;
            case UNION -> schema.getTypes().stream().allMatch(FieldChoice::isPlain);
            default -> false;
        };
    }
}
