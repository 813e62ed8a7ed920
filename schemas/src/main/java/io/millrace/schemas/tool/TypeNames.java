package io.millrace.schemas.tool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;
import org.apache.avro.Schema;

/** Keeps the full names of records, enums and fixed types apart: each becomes one Java class. */
final class TypeNames {
    /** Classes with these beginnings would replace ours or could not be loaded. */
    private static final List<String> TAKEN = List.of("io.millrace.schemas.", "java.");

    /** Fields with such names would need members that every generated class has already; other words are made to fit. */
    private static final Pattern MEMBERS =
            Pattern.compile("ENCODER|DECODER|_*([eE]n|[dD]e)coder_*|_*Class_*|_+class_*|class_+");

    private final Map<String, Owner> owners = new HashMap<>();

    private record Owner(String contract, Schema type) {}

    /** Adds the named types of a contract; returns what is wrong with them, one sentence each. */
    List<String> add(String contract, Schema schema) {
        List<String> problems = new ArrayList<>();
        Map<String, Schema> named = new HashMap<>();
        collect(schema, named);
        named.forEach((name, type) -> {
            Owner owner = owners.putIfAbsent(name, new Owner(contract, type));
            if (owner != null && !ReleasedVersions.sameForReaders(owner.type(), type)) {
                problems.add(contract + ": defines " + name + " differently from " + owner.contract()
                        + ", but each name becomes one Java class; give one of them another name or namespace");
            }
            if (SourceVersion.isKeyword(type.getName())) {
                problems.add(contract + ": names a type " + type.getName()
                        + ", which is a word of the Java language; choose another name");
            }
            if (type.getType() == Schema.Type.RECORD) {
                type.getFields().stream()
                        .map(Schema.Field::name)
                        .filter(field -> MEMBERS.matcher(field).matches())
                        .forEach(field -> problems.add(contract + ": has a field " + field
                                + ", for which its Java class cannot have a method; choose another name"));
            }
            if (TAKEN.stream().anyMatch(name::startsWith)) {
                problems.add(contract + ": names a type " + name
                        + ", which would take the place of another Java class; choose another namespace");
            }
        });
        return problems;
    }

    private static void collect(Schema schema, Map<String, Schema> named) {
        switch (schema.getType()) {
            case ARRAY -> collect(schema.getElementType(), named);
            case MAP -> collect(schema.getValueType(), named);
            case UNION -> schema.getTypes().forEach(branch -> collect(branch, named));
            case ENUM, FIXED -> named.put(schema.getFullName(), schema);
            case RECORD -> {
                if (named.put(schema.getFullName(), schema) == null) {
                    schema.getFields().forEach(field -> collect(field.schema(), named));
                }
            }
            default -> {}
        }
    }
}
