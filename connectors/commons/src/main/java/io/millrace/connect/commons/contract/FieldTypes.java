package io.millrace.connect.commons.contract;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Makes the types of one contract. Used by one thread. */
final class FieldTypes {
    /** Logical types that Avro leaves out without a word when their schema makes no sense. */
    private static final Set<String> KNOWN = Set.of(
            "decimal",
            "uuid",
            "date",
            "time-millis",
            "time-micros",
            "timestamp-millis",
            "timestamp-micros",
            "local-timestamp-millis",
            "local-timestamp-micros");

    /** The records around the place that is looked at. */
    private final Deque<String> enclosing = new ArrayDeque<>();

    private FieldTypes() {}

    static RecordType event(Schema contract) {
        if (contract.getType() != Schema.Type.RECORD) {
            throw new IllegalArgumentException(
                    "an event has to be a record, not " + contract.getType().getName());
        }
        return new FieldTypes().record(contract, false, "");
    }

    private RecordType record(Schema schema, boolean nullable, String path) {
        if (enclosing.contains(schema.getFullName())) {
            throw refused(
                    path,
                    "is a " + schema.getName() + " within a " + schema.getName()
                            + "; a record that contains itself cannot be written");
        }
        enclosing.push(schema.getFullName());
        List<ContractField> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            String fieldPath = path.isEmpty() ? field.name() : path + "." + field.name();
            Slot slot = slot(field.schema(), fieldPath);
            try {
                fields.add(ContractField.of(field, slot));
            } catch (IllegalArgumentException e) {
                throw refused(fieldPath, e.getMessage());
            }
        }
        enclosing.pop();
        return new RecordType(schema.getFullName(), fields, nullable);
    }

    private Slot slot(Schema schema, String path) {
        if (schema.getType() != Schema.Type.UNION) {
            return new Slot(type(schema, false, path), false);
        }
        List<Schema> branches = schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        if (branches.size() != 1) {
            String names = branches.stream().map(Schema::getName).collect(Collectors.joining(" and "));
            throw refused(
                    path,
                    branches.isEmpty()
                            ? "can only be null"
                            : "is a union of " + names
                                    + "; a field of an event may have one type, or null and one type");
        }
        boolean nullable = branches.size() < schema.getTypes().size();
        return new Slot(type(branches.get(0), nullable, path), nullable);
    }

    private FieldType type(Schema schema, boolean nullable, String path) {
        String declared = schema.getProp(LogicalType.LOGICAL_TYPE_PROP);
        LogicalType logical = schema.getLogicalType();
        if (logical == null && declared != null && KNOWN.contains(declared)) {
            throw refused(
                    path,
                    "has the logical type " + declared + ", which does not fit the type "
                            + schema.getType().getName() + " or its properties");
        }
        return switch (schema.getType()) {
            case STRING -> logical == null ? PlainType.STRING : PlainType.UUID;
            case BOOLEAN -> PlainType.BOOLEAN;
            case INT -> logical == null ? PlainType.INT : temporal(logical, path);
            case LONG -> logical == null ? PlainType.LONG : temporal(logical, path);
            case FLOAT -> PlainType.FLOAT;
            case DOUBLE -> PlainType.DOUBLE;
            case BYTES ->
                logical instanceof LogicalTypes.Decimal decimal
                        ? new DecimalType(decimal, Optional.empty())
                        : PlainType.BYTES;
            case FIXED -> fixed(schema, logical);
            case ENUM -> new EnumType(schema);
            case ARRAY -> new ArrayType(slot(schema.getElementType(), path + "[]"));
            case MAP -> new MapType(slot(schema.getValueType(), path + "{}"));
            case RECORD -> record(schema, nullable, path);
            case NULL, UNION ->
                throw refused(path, "has the type " + schema.getType().getName());
        };
    }

    private static FieldType temporal(LogicalType logical, String path) {
        for (TemporalType type : TemporalType.values()) {
            if (type.typeName().equals(logical.getName())) {
                return type;
            }
        }
        throw refused(path, "has the logical type " + logical.getName() + ", which an event cannot have");
    }

    private static FieldType fixed(Schema schema, LogicalType logical) {
        FixedType fixed = new FixedType(schema);
        return logical instanceof LogicalTypes.Decimal decimal ? new DecimalType(decimal, Optional.of(fixed)) : fixed;
    }

    /** The path of the first enumeration in a record; empty when it has none. */
    static Optional<String> firstEnum(RecordType record, String path) {
        for (ContractField field : record.fields()) {
            Optional<String> found =
                    firstEnum(field.slot().type(), path.isEmpty() ? field.name() : path + "." + field.name());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> firstEnum(FieldType type, String path) {
        if (type instanceof EnumType) {
            return Optional.of(path);
        }
        if (type instanceof ArrayType array) {
            return firstEnum(array.items().type(), path + "[]");
        }
        if (type instanceof MapType map) {
            return firstEnum(map.values().type(), path + "{}");
        }
        return type instanceof RecordType record ? firstEnum(record, path) : Optional.empty();
    }

    private static IllegalArgumentException refused(String path, String reason) {
        return new IllegalArgumentException("field " + path + " " + reason);
    }
}
