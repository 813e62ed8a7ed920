package io.millrace.schemas;

import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/** What a field has to be so that a contract may refer to it for some purpose; each may also be nullable. */
enum FieldKind {
    KEY("a string, number, boolean or enum, to be part of a key") {
        @Override
        boolean fitsPlain(Schema type) {
            return SCALARS.contains(type.getType());
        }
    },
    ID("a string, int or long, to identify an event") {
        @Override
        boolean fitsPlain(Schema type) {
            return Set.of(Schema.Type.STRING, Schema.Type.INT, Schema.Type.LONG).contains(type.getType());
        }
    },
    TIME("a long with logical type timestamp-millis or timestamp-micros, or a plain long in milliseconds") {
        @Override
        boolean fitsPlain(Schema type) {
            LogicalType logical = type.getLogicalType();
            return type.getType() == Schema.Type.LONG
                    && (logical == null || logical.getName().matches("timestamp-(millis|micros)"));
        }
    },
    NUMBER("a number, to have a smallest or largest value") {
        @Override
        boolean fitsPlain(Schema type) {
            return NUMBERS.contains(type.getType())
                    || type.getLogicalType() != null
                            && type.getLogicalType().getName().equals("decimal");
        }
    },
    LISTABLE("a string, enum, int, long or boolean, to have a list of allowed values") {
        @Override
        boolean fitsPlain(Schema type) {
            return Set.of(Schema.Type.STRING, Schema.Type.ENUM, Schema.Type.INT, Schema.Type.LONG, Schema.Type.BOOLEAN)
                    .contains(type.getType());
        }
    };

    private static final Set<Schema.Type> NUMBERS =
            Set.of(Schema.Type.INT, Schema.Type.LONG, Schema.Type.FLOAT, Schema.Type.DOUBLE);
    private static final Set<Schema.Type> SCALARS = Set.of(
            Schema.Type.STRING,
            Schema.Type.ENUM,
            Schema.Type.BOOLEAN,
            Schema.Type.INT,
            Schema.Type.LONG,
            Schema.Type.FLOAT,
            Schema.Type.DOUBLE);

    private final String expected;

    FieldKind(String expected) {
        this.expected = expected;
    }

    /** What is expected, to follow "must be". */
    String expected() {
        return expected;
    }

    boolean fits(Schema type) {
        if (type.getType() == Schema.Type.UNION) {
            return type.isNullable() && type.getTypes().size() == 2 && fitsPlain(plain(type));
        }
        return fitsPlain(type);
    }

    abstract boolean fitsPlain(Schema type);

    /** The type itself, or the branch that is not null of a nullable one. */
    static Schema plain(Schema type) {
        if (type.getType() != Schema.Type.UNION) {
            return type;
        }
        return type.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .findFirst()
                .orElse(type);
    }
}
