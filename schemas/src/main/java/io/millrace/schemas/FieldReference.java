package io.millrace.schemas;

import java.util.List;
import org.apache.avro.Schema;

/**
 * A place in a contract that names a top-level field of its value schema.
 *
 * @param section where the name stands
 * @param key under which key
 */
record FieldReference(YamlSection section, String key, Schema schema, String name) {

    /** @throws ContractException when there is no such field, with the nearest that exists */
    Schema.Field exists() {
        Schema.Field field = schema.getField(name);
        if (field == null) {
            List<String> names =
                    schema.getFields().stream().map(Schema.Field::name).toList();
            throw section.wrong(
                    key,
                    "names the field " + name + ", which value.avsc does not have; " + NearestName.hint(name, names));
        }
        return field;
    }

    /** @throws ContractException when there is no such field or it is of another type */
    void needs(FieldKind kind) {
        Schema type = exists().schema();
        if (!kind.fits(type)) {
            throw section.wrong(
                    key,
                    "names the field " + name + ", which must be " + kind.expected() + "; it is " + described(type));
        }
    }

    /** @throws ContractException when the field is an enum without one of these symbols */
    void refuseUnknownSymbols(List<String> allowed) {
        Schema type = FieldKind.plain(exists().schema());
        if (type.getType() != Schema.Type.ENUM) {
            return;
        }
        for (String value : allowed) {
            if (!type.hasEnumSymbol(value)) {
                throw section.wrong(
                        key,
                        "allows " + value + ", which is no symbol of the enum " + type.getName() + "; "
                                + NearestName.hint(value, type.getEnumSymbols()));
            }
        }
    }

    private static String described(Schema type) {
        if (type.getType() == Schema.Type.UNION) {
            return "a union of "
                    + String.join(
                            ", ",
                            type.getTypes().stream()
                                    .map(FieldReference::described)
                                    .toList());
        }
        String name = type.getType().getName();
        return type.getLogicalType() == null
                ? name
                : name + " with logical type " + type.getLogicalType().getName();
    }
}
