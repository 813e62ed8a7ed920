package io.millrace.schemas.tool;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.Contract;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/** The table of all fields of a schema, those of nested records below the field that holds them. */
final class FieldRows {
    private static final List<String> HEADER = List.of("field", "type", "unit", "default", "example", "meaning");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the collector does, by the value of the property {@code collector}. */
    private static final Map<String, String> COLLECTOR = Map.of(
            "always-received-at", "Set by the collector to its clock; clients must not send it.",
            "received-at-if-absent", "The collector's clock when the client sends none.",
            "random-id-if-absent", "A random id when the client sends none.",
            "client-address-if-absent", "The connection's address when the client sends none.",
            "user-agent-if-absent", "The request's User-Agent when the client sends none.");

    private final Contract contract;
    private final List<List<String>> rows = new ArrayList<>();
    private final Set<String> shown = new HashSet<>();

    private FieldRows(Contract contract) {
        this.contract = contract;
    }

    static String table(Contract contract) {
        FieldRows rows = new FieldRows(contract);
        rows.add("", contract.requireValue());
        return Markdown.table(HEADER, rows.rows);
    }

    private void add(String path, Schema record) {
        shown.add(record.getFullName());
        for (Schema.Field field : record.getFields()) {
            String place = path + field.name();
            rows.add(List.of(
                    Markdown.code(place),
                    Markdown.text(Words.type(field.schema())),
                    Markdown.text(String.valueOf(
                            Optional.ofNullable(field.getObjectProp("unit")).orElse(""))),
                    field.hasDefaultValue() ? Markdown.code(json(field.defaultVal())) : "",
                    holdsRecord(field.schema()) && field.getObjectProp("example") == null
                            ? ""
                            : Markdown.code(Examples.of(field).toString()),
                    Markdown.text(meaning(path, field))));
            nested(place, field.schema());
        }
    }

    private static String json(Object value) {
        Object plain = value == JsonProperties.NULL_VALUE ? null : value;
        return JSON.valueToTree(plain).toString();
    }

    private static boolean holdsRecord(Schema type) {
        return switch (type.getType()) {
            case RECORD -> true;
            case ARRAY -> holdsRecord(type.getElementType());
            case MAP -> holdsRecord(type.getValueType());
            case UNION -> type.getTypes().stream().anyMatch(FieldRows::holdsRecord);
            default -> false;
        };
    }

    private void nested(String path, Schema type) {
        switch (type.getType()) {
            case RECORD -> {
                if (!shown.contains(type.getFullName())) {
                    add(path + ".", type);
                }
            }
            case ARRAY -> nested(path + "[]", type.getElementType());
            case MAP -> nested(path + "{}", type.getValueType());
            case UNION -> {
                long records =
                        type.getTypes().stream().filter(FieldRows::holdsRecord).count();
                type.getTypes()
                        .forEach(branch -> nested(
                                records > 1 && branch.getType() == Schema.Type.RECORD
                                        ? path + "(" + branch.getName() + ")"
                                        : path,
                                branch));
            }
            default -> {}
        }
    }

    private String meaning(String path, Schema.Field field) {
        List<String> sentences = new ArrayList<>();
        Optional.ofNullable(field.doc()).ifPresent(sentences::add);
        Optional.ofNullable(field.getProp("collector"))
                .map(rule -> COLLECTOR.getOrDefault(rule, "Collector: " + rule + "."))
                .ifPresent(sentences::add);
        if (path.isEmpty() && contract.topic().key().contains(field.name())) {
            sentences.add("Part of the record key.");
        }
        if (Boolean.TRUE.equals(field.getObjectProp("pii"))) {
            sentences.add("**Personal data.**");
        }
        return String.join(" ", sentences);
    }
}
