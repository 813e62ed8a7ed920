package io.millrace.schemas.tool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * What changed from an earlier schema to a later one. The order of fields, symbols and union branches is no change, as
 * readers go by name; neither are documentation and other properties.
 */
final class SchemaDiff {
    private static final List<String> LOGICAL_PROPERTIES = List.of("logicalType", "precision", "scale");

    private final List<Change> changes = new ArrayList<>();

    /** Named types that were compared already, by their names: a type may hold itself. */
    private final Set<List<String>> compared = new HashSet<>();

    private SchemaDiff() {}

    /** The changes, in the order of the later schema's fields with the removed fields first. */
    static List<Change> between(Schema before, Schema after) {
        SchemaDiff diff = new SchemaDiff();
        diff.compare("", before, after);
        return diff.changes;
    }

    private void compare(String path, Schema before, Schema after) {
        if (before.getType() == Schema.Type.UNION || after.getType() == Schema.Type.UNION) {
            compareBranches(path, before, after);
            return;
        }
        if (before.getType() != after.getType()) {
            changes.add(new Change.TypeChanged(path, before, after));
            return;
        }
        if (!logicalType(before).equals(logicalType(after))) {
            changes.add(new Change.LogicalTypeChanged(path, before, after));
        }
        switch (before.getType()) {
            case ARRAY -> compare(path + "[]", before.getElementType(), after.getElementType());
            case MAP -> compare(path + "{}", before.getValueType(), after.getValueType());
            case RECORD, ENUM, FIXED -> compareNamed(path, before, after);
            default -> {}
        }
    }

    private void compareNamed(String path, Schema before, Schema after) {
        if (!compared.add(List.of(before.getFullName(), after.getFullName()))) {
            return;
        }
        if (!before.getFullName().equals(after.getFullName())) {
            changes.add(new Change.NameChanged(path, before, after));
        }
        switch (before.getType()) {
            case ENUM -> compareSymbols(path, before, after);
            case FIXED -> {
                if (before.getFixedSize() != after.getFixedSize()) {
                    changes.add(new Change.SizeChanged(path, before, after));
                }
            }
            default -> compareFields(path, before, after);
        }
    }

    private void compareSymbols(String path, Schema before, Schema after) {
        missing(before.getEnumSymbols(), after.getEnumSymbols())
                .forEach(symbol -> changes.add(new Change.SymbolRemoved(path, after, symbol)));
        missing(after.getEnumSymbols(), before.getEnumSymbols())
                .forEach(symbol -> changes.add(new Change.SymbolAdded(path, before, symbol)));
    }

    private static Stream<String> missing(List<String> from, List<String> in) {
        return from.stream().filter(Predicate.not(in::contains));
    }

    private void compareFields(String path, Schema before, Schema after) {
        for (Schema.Field field : before.getFields()) {
            if (found(field, after) > 1) {
                changes.add(new Change.AliasAmbiguous(child(path, field.name()), false));
            }
            if (after.getField(field.name()) == null) {
                String place = child(path, field.name());
                changes.add(heir(field, before, after)
                        .<Change>map(heir -> new Change.FieldRenamed(place, field, heir))
                        .orElseGet(() -> new Change.FieldRemoved(place, field)));
            }
        }
        for (Schema.Field field : after.getFields()) {
            compareField(child(path, field.name()), before, field);
        }
    }

    private void compareField(String path, Schema before, Schema.Field after) {
        if (found(after, before) > 1) {
            changes.add(new Change.AliasAmbiguous(path, true));
        }
        Schema.Field earlier = before.getField(after.name());
        if (earlier != null) {
            compareDefaults(path, earlier, after);
            compare(path, earlier.schema(), after.schema());
            return;
        }
        Optional<Schema.Field> source = after.aliases().stream()
                .map(before::getField)
                .filter(Objects::nonNull)
                .findFirst();
        changes.add(source.<Change>map(field -> new Change.ReadByAlias(path, field, after))
                .orElseGet(() -> new Change.FieldAdded(path, after)));
    }

    /** How many fields of the writer a reader's field finds, by its name and its aliases. */
    private static long found(Schema.Field reader, Schema writer) {
        return Stream.concat(Stream.of(reader.name()), reader.aliases().stream())
                .filter(name -> writer.getField(name) != null)
                .count();
    }

    /** The field that takes the place of one that is gone. */
    private static Optional<Schema.Field> heir(Schema.Field gone, Schema before, Schema after) {
        return after.getFields().stream()
                .filter(field -> field.aliases().contains(gone.name()))
                .filter(field -> before.getField(field.name()) == null)
                .findFirst();
    }

    private void compareDefaults(String path, Schema.Field before, Schema.Field after) {
        if (before.hasDefaultValue() && !after.hasDefaultValue()) {
            changes.add(new Change.DefaultRemoved(path));
        } else if (!before.hasDefaultValue() && after.hasDefaultValue()) {
            changes.add(new Change.DefaultAdded(path));
        } else if (!Objects.deepEquals(before.defaultVal(), after.defaultVal())) {
            changes.add(new Change.DefaultChanged(path));
        }
    }

    /** Pairs the branches: those of the same name, then of the same name in another namespace, then one that was renamed. */
    private void compareBranches(String path, Schema before, Schema after) {
        Set<Schema> removed = new LinkedHashSet<>(branches(before));
        Set<Schema> added = new LinkedHashSet<>(branches(after));
        boolean several = Stream.of(before, after).anyMatch(SchemaDiff::hasSeveralNamed);
        pair(path, several, removed, added, (left, right) -> left.getFullName().equals(right.getFullName()));
        pair(path, several, removed, added, (left, right) -> left.getName().equals(right.getName()));
        if (removed.size() == 1 && added.size() == 1) {
            pair(path, several, removed, added, (left, right) -> isNamed(left) && left.getType() == right.getType());
        }
        removed.forEach(branch -> changes.add(new Change.BranchRemoved(path, after, branch)));
        added.forEach(branch -> changes.add(new Change.BranchAdded(path, before, branch)));
    }

    private void pair(
            String path, boolean several, Set<Schema> removed, Set<Schema> added, BiPredicate<Schema, Schema> same) {
        for (Schema left : List.copyOf(removed)) {
            Optional<Schema> match =
                    added.stream().filter(right -> same.test(left, right)).findFirst();
            match.ifPresent(right -> {
                removed.remove(left);
                added.remove(right);
                compare(several && isNamed(left) ? path + "(" + left.getName() + ")" : path, left, right);
            });
        }
    }

    private static boolean hasSeveralNamed(Schema type) {
        return branches(type).stream().filter(SchemaDiff::isNamed).count() > 1;
    }

    private static boolean isNamed(Schema type) {
        return switch (type.getType()) {
            case RECORD, ENUM, FIXED -> true;
            default -> false;
        };
    }

    private static List<Schema> branches(Schema type) {
        return type.getType() == Schema.Type.UNION ? type.getTypes() : List.of(type);
    }

    /** By the properties as they stand in the file, since Avro forgets a logical type that it does not know. */
    private static List<Object> logicalType(Schema type) {
        boolean decimal = "decimal".equals(type.getProp("logicalType"));
        return LOGICAL_PROPERTIES.stream()
                .filter(name -> decimal || name.equals("logicalType"))
                .map(name -> Optional.ofNullable(type.getObjectProp(name)).orElse(name.equals("scale") ? 0 : ""))
                .toList();
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
