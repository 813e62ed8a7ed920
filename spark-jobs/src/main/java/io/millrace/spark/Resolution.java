package io.millrace.spark;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * How values of one written schema are read as a contract: by Avro's rules for schema resolution, and a little beyond
 * them. Kafka Connect's converters have no enum and no fixed and know times in milliseconds only, so a contract's enum may
 * have been written as a string, its fixed as bytes, its microseconds as milliseconds, and its named types under other
 * names. All of that is read as what it was written as. Immutable.
 *
 * @param writer the schema of the written values
 * @param reader the contract's schema, with what had to give way taken from the writer's
 */
public record Resolution(Schema writer, Schema reader) {
    /** Logical types that mean the same in another unit. */
    private static final List<Set<String>> FAMILIES = List.of(
            Set.of("timestamp-millis", "timestamp-micros"),
            Set.of("local-timestamp-millis", "local-timestamp-micros"),
            Set.of("time-millis", "time-micros"));

    private record Pair(Schema writer, Schema contract) {}

    /** The resolution of a pair, worked out once per process and schema. */
    public static Resolution of(Schema writer, Schema contract) {
        ConcurrentHashMap<Pair, Resolution> known = PerProcess.get("resolutions", ConcurrentHashMap::new);
        return known.computeIfAbsent(
                new Pair(writer, contract), pair -> new Resolution(writer, new Adaptation().adapt(writer, contract)));
    }

    /** Why no value, or not every value, of the written schema can be read; empty when every one can. */
    public Optional<String> mismatch() {
        List<SchemaCompatibility.Incompatibility> found = SchemaCompatibility.checkReaderWriterCompatibility(
                        reader, writer)
                .getResult()
                .getIncompatibilities();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(found.stream().map(Resolution::sentence).distinct().collect(Collectors.joining("; ")));
    }

    private static String sentence(SchemaCompatibility.Incompatibility problem) {
        return switch (problem.getType()) {
            case READER_FIELD_MISSING_DEFAULT_VALUE ->
                problem.getMessage() + " is not in the written schema and has no default in the contract";
            case TYPE_MISMATCH, MISSING_UNION_BRANCH -> problem.getMessage() + " at " + problem.getLocation();
            default -> problem.getType() + " " + problem.getMessage() + " at " + problem.getLocation();
        };
    }

    /** One walk through a pair of schemas; remembers records, which may contain themselves. */
    private static final class Adaptation {
        private final Map<Schema, Map<Schema, Schema>> records = new IdentityHashMap<>();

        Schema adapt(Schema writer, Schema contract) {
            if (contract.getType() == Schema.Type.UNION) {
                return union(writer, contract);
            }
            Schema written = branch(writer, contract);
            if (written == null) {
                return contract;
            }
            return switch (contract.getType()) {
                case RECORD -> record(written, contract);
                case ARRAY -> {
                    Schema items = adapt(written.getElementType(), contract.getElementType());
                    yield items == contract.getElementType() ? contract : Schema.createArray(items);
                }
                case MAP -> {
                    Schema values = adapt(written.getValueType(), contract.getValueType());
                    yield values == contract.getValueType() ? contract : Schema.createMap(values);
                }
                case ENUM -> enumeration(written, contract);
                case FIXED -> fixed(written, contract);
                default -> primitive(written, contract);
            };
        }

        private Schema union(Schema writer, Schema contract) {
            List<Schema> branches = new ArrayList<>();
            boolean changed = false;
            for (Schema branch : contract.getTypes()) {
                Schema adapted = branch.getType() == Schema.Type.NULL ? branch : adapt(writer, branch);
                // A union has each type once: what another branch already became stays as the contract says.
                boolean taken = adapted != branch
                        && Stream.concat(contract.getTypes().stream(), branches.stream())
                                .anyMatch(other -> other != branch && sameKind(other, adapted));
                branches.add(taken ? branch : adapted);
                changed |= adapted != branch && !taken;
            }
            return changed ? Schema.createUnion(branches) : contract;
        }

        private static boolean sameKind(Schema one, Schema other) {
            return one.getFullName().equals(other.getFullName());
        }

        private Schema record(Schema writer, Schema contract) {
            Map<Schema, Schema> done = records.computeIfAbsent(writer, absent -> new IdentityHashMap<>());
            Schema known = done.get(contract);
            if (known != null) {
                return known;
            }
            Schema copy = Schema.createRecord(writer.getName(), null, writer.getNamespace(), contract.isError());
            done.put(contract, copy);
            boolean changed = !sameKind(writer, contract);
            List<Schema.Field> fields = new ArrayList<>();
            for (Schema.Field field : contract.getFields()) {
                Schema.Field written = written(writer, field);
                Schema adapted = written == null ? field.schema() : adapt(written.schema(), field.schema());
                changed |= adapted != field.schema();
                Schema.Field same = new Schema.Field(field, adapted);
                field.aliases().forEach(same::addAlias);
                fields.add(same);
            }
            copy.setFields(fields);
            if (!changed) {
                done.put(contract, contract);
                return contract;
            }
            return copy;
        }

        private static Schema.Field written(Schema writer, Schema.Field field) {
            Schema.Field same = writer.getField(field.name());
            if (same != null) {
                return same;
            }
            return field.aliases().stream()
                    .map(writer::getField)
                    .filter(found -> found != null)
                    .findFirst()
                    .orElse(null);
        }

        private static Schema enumeration(Schema writer, Schema contract) {
            if (writer.getType() == Schema.Type.STRING) {
                return Schema.create(Schema.Type.STRING);
            }
            return sameKind(writer, contract)
                    ? contract
                    : Schema.createEnum(
                            writer.getName(),
                            null,
                            writer.getNamespace(),
                            contract.getEnumSymbols(),
                            contract.getEnumDefault());
        }

        private static Schema fixed(Schema writer, Schema contract) {
            Schema read = contract;
            if (writer.getType() == Schema.Type.BYTES) {
                read = Schema.create(Schema.Type.BYTES);
            } else if (!sameKind(writer, contract)) {
                read = Schema.createFixed(writer.getName(), null, writer.getNamespace(), contract.getFixedSize());
            }
            LogicalType meaning = writer.getLogicalType() != null && related(writer, contract)
                    ? writer.getLogicalType()
                    : contract.getLogicalType();
            if (read == contract && (meaning == null || meaning.equals(contract.getLogicalType()))) {
                return contract;
            }
            if (read == contract) {
                read = Schema.createFixed(contract.getName(), null, contract.getNamespace(), contract.getFixedSize());
            }
            return meaning == null ? read : meaning.addToSchema(read);
        }

        private static Schema primitive(Schema writer, Schema contract) {
            if (!related(writer, contract) || writer.getLogicalType().equals(contract.getLogicalType())) {
                return contract;
            }
            return writer.getLogicalType().addToSchema(Schema.create(writer.getType()));
        }

        private static boolean related(Schema writer, Schema contract) {
            LogicalType written = writer.getLogicalType();
            LogicalType promised = contract.getLogicalType();
            if (written instanceof LogicalTypes.Decimal one && promised instanceof LogicalTypes.Decimal other) {
                // Converters declare more digits than there are; only the scale changes what the bytes mean.
                return one.getScale() != other.getScale();
            }
            return written != null
                    && promised != null
                    && FAMILIES.stream()
                            .anyMatch(family ->
                                    family.contains(written.getName()) && family.contains(promised.getName()));
        }

        /** What of the written schema, a union perhaps, a type of the contract is read from; null when nothing is. */
        private static Schema branch(Schema writer, Schema contract) {
            List<Schema> written = writer.getType() == Schema.Type.UNION ? writer.getTypes() : List.of(writer);
            return written.stream()
                    .filter(branch -> branch.getFullName().equals(contract.getFullName()))
                    .findFirst()
                    .or(() -> written.stream()
                            .filter(branch -> stands(branch.getType(), contract.getType()))
                            .findFirst())
                    .orElse(null);
        }

        private static boolean stands(Schema.Type written, Schema.Type promised) {
            return written == promised
                    || (promised == Schema.Type.ENUM && written == Schema.Type.STRING)
                    || (promised == Schema.Type.FIXED && written == Schema.Type.BYTES)
                    || (isInteger(promised) && isInteger(written));
        }

        private static boolean isInteger(Schema.Type type) {
            return type == Schema.Type.INT || type == Schema.Type.LONG;
        }
    }
}
