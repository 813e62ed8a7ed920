package io.millrace.local.dashboards;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.NearestName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.avro.Schema;

/** What the indices hold: the serving topics by their contracts, and the few others that {@code indices.yaml} describes. */
final class Indices {
    /** Written by the sink beside what the contract has. */
    private static final Map<String, FieldType> BY_SINK =
            Map.of("freshness_ms", FieldType.NUMBER, "_index", FieldType.KEYWORD);

    private static final List<String> TIMES =
            List.of("window_start", "created_at", "last_event_at", "event_time", "updated_at");

    private final Map<String, IndexFields> known = new TreeMap<>();

    Indices(Catalogue catalogue, Path others) {
        for (Contract contract : catalogue.contracts()) {
            if (contract.name().startsWith("serving.") && contract.value().isPresent()) {
                known.put(contract.name(), of(contract.name(), contract.requireValue()));
            }
        }
        if (Files.exists(others)) {
            YamlMap.read(others).maps().forEach((index, described) -> {
                described.only("time", "fields", "units");
                Map<String, FieldType> fields = new TreeMap<>();
                described.map("fields").texts().forEach((name, type) -> fields.put(name, type(others, name, type)));
                known.put(index, new IndexFields(index, described.text("time"), fields, Map.of()));
            });
        }
    }

    /** The fields of an index, or of a pattern of the serving indices. */
    IndexFields require(String index, String where) {
        return find(index)
                .orElseThrow(() -> new DashboardException(where + ": there is no contract or description of " + index
                        + "; " + NearestName.hint(index, known.keySet())));
    }

    Optional<IndexFields> find(String index) {
        if (known.containsKey(index)) {
            return Optional.of(known.get(index));
        }
        if (!index.endsWith("*") || !index.startsWith("serving.")) {
            return Optional.empty();
        }
        Pattern pattern = Pattern.compile(Pattern.quote(index.substring(0, index.length() - 1)) + ".*");
        Map<String, FieldType> fields = new TreeMap<>();
        Map<String, String> units = new TreeMap<>();
        known.forEach((name, each) -> {
            if (pattern.matcher(name).matches()) {
                fields.putAll(each.fields());
                units.putAll(each.units());
            }
        });
        return fields.isEmpty() ? Optional.empty() : Optional.of(new IndexFields(index, "updated_at", fields, units));
    }

    private static IndexFields of(String index, Schema schema) {
        Map<String, FieldType> fields = new TreeMap<>(BY_SINK);
        Map<String, String> units = new TreeMap<>(Map.of("freshness_ms", "ms"));
        for (Schema.Field field : schema.getFields()) {
            fields.put(field.name(), FieldType.of(field.schema()));
            if (field.getProp("unit") != null) {
                units.put(field.name(), field.getProp("unit"));
            }
        }
        String time = TIMES.stream().filter(fields::containsKey).findFirst().orElse("");
        return new IndexFields(index, time, fields, units);
    }

    private static FieldType type(Path file, String name, String type) {
        return switch (type) {
            case "keyword" -> FieldType.KEYWORD;
            case "long", "double" -> FieldType.NUMBER;
            case "date" -> FieldType.DATE;
            case "boolean" -> FieldType.BOOLEAN;
            default -> throw new DashboardException(file + ": " + name + " has the unknown type " + type);
        };
    }
}
