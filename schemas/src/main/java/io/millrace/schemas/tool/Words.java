package io.millrace.schemas.tool;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** Types and durations in plain words. */
final class Words {
    private Words() {}

    static String type(Schema type) {
        String logical = type.getProp("logicalType");
        if (logical != null) {
            return logical(type, logical);
        }
        return switch (type.getType()) {
            case NULL -> "nothing";
            case BOOLEAN -> "true or false";
            case INT -> "whole number (32 bit)";
            case LONG -> "whole number (64 bit)";
            case FLOAT -> "number (32 bit)";
            case DOUBLE -> "number (64 bit)";
            case STRING -> "text";
            case BYTES -> "bytes";
            case FIXED -> "exactly " + type.getFixedSize() + " bytes";
            case ENUM -> "one of " + String.join(", ", type.getEnumSymbols());
            case ARRAY -> "list of: " + type(type.getElementType());
            case MAP -> "map from text to: " + type(type.getValueType());
            case RECORD -> "record " + type.getName();
            case UNION -> union(type.getTypes());
        };
    }

    private static String logical(Schema type, String logical) {
        return switch (logical) {
            case "timestamp-millis" -> "moment (milliseconds since 1970 UTC)";
            case "timestamp-micros" -> "moment (microseconds since 1970 UTC)";
            case "timestamp-nanos" -> "moment (nanoseconds since 1970 UTC)";
            case "local-timestamp-millis" -> "local date and time (milliseconds since 1970, any zone)";
            case "local-timestamp-micros" -> "local date and time (microseconds since 1970, any zone)";
            case "local-timestamp-nanos" -> "local date and time (nanoseconds since 1970, any zone)";
            case "date" -> "date (days since 1970)";
            case "time-millis" -> "time of day (milliseconds)";
            case "time-micros" -> "time of day (microseconds)";
            case "uuid" -> "UUID";
            case "duration" -> "duration (months, days, milliseconds)";
            case "decimal" -> {
                Object scale = type.getObjectProp("scale");
                yield "decimal number of up to " + type.getObjectProp("precision") + " digits, "
                        + (scale == null ? 0 : scale) + " of them after the point";
            }
            default -> logical + " in " + type.getType().getName();
        };
    }

    private static String union(List<Schema> branches) {
        String values = branches.stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .map(Words::type)
                .collect(Collectors.joining(", or "));
        boolean nullable = branches.stream().anyMatch(branch -> branch.getType() == Schema.Type.NULL);
        return values.isEmpty() ? "nothing" : nullable ? values + "; may be null" : values;
    }

    /** In the largest unit that fits, as contracts write it: {@code 7d}, {@code 90m}. */
    static String duration(Duration time) {
        long millis = time.toMillis();
        if (millis % 86_400_000 == 0 && millis > 0) {
            return millis / 86_400_000 + "d";
        }
        if (millis % 3_600_000 == 0 && millis > 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0 && millis > 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** What a change does to a field, as in "adds a". */
    static String change(Change change) {
        String field = change.path().isEmpty() ? "the record" : "`" + change.path() + "`";
        if (change instanceof Change.FieldAdded) {
            return "adds " + field;
        }
        if (change instanceof Change.FieldRemoved) {
            return "removes " + field;
        }
        if (change instanceof Change.FieldRenamed renamed) {
            return "renames " + field + " to `" + renamed.after().name() + "`";
        }
        if (change instanceof Change.ReadByAlias alias) {
            return "reads `" + alias.before().name() + "` of earlier records as " + field;
        }
        if (change instanceof Change.AliasAmbiguous) {
            return "gives " + field + " an alias that is a field of its own";
        }
        if (change instanceof Change.DefaultAdded) {
            return "gives " + field + " a default";
        }
        if (change instanceof Change.DefaultRemoved) {
            return "takes the default of " + field + " away";
        }
        if (change instanceof Change.DefaultChanged) {
            return "changes the default of " + field;
        }
        if (change instanceof Change.TypeChanged type) {
            return changes(field, type.before(), type.after());
        }
        if (change instanceof Change.BranchAdded added) {
            return "lets " + field + " be " + Findings.name(added.branch());
        }
        if (change instanceof Change.BranchRemoved removed) {
            return "no longer lets " + field + " be " + Findings.name(removed.branch());
        }
        if (change instanceof Change.SymbolAdded added) {
            return "adds the symbol " + added.symbol() + " to " + field;
        }
        if (change instanceof Change.SymbolRemoved removed) {
            return "removes the symbol " + removed.symbol() + " from " + field;
        }
        if (change instanceof Change.NameChanged name) {
            return "renames the type of " + field + " to " + name.after().getFullName();
        }
        if (change instanceof Change.LogicalTypeChanged logical) {
            return changes(field, logical.before(), logical.after());
        }
        return "changes the size of " + field;
    }

    private static String changes(String field, Schema before, Schema after) {
        return "changes " + field + " from " + Findings.name(before) + " to " + Findings.name(after);
    }
}
