package io.millrace.schemas.tool;

import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** The sentence for each kind of break: what changed, who is hurt, and what to do instead. */
final class Findings {
    private static final String OLD = "whoever still reads with " + Finding.VERSIONS;

    private Findings() {}

    static Finding of(Change.FieldRemoved change) {
        return new Finding(
                change.path(),
                "field-removed",
                "field " + change.path() + " was removed, but " + Finding.VERSIONS
                        + " released it without a default, so " + OLD + " cannot read new records",
                "keep the field and mark it deprecated in its doc");
    }

    static Finding of(Change.FieldRenamed change) {
        return new Finding(
                change.path(),
                "field-renamed",
                "field " + change.path() + " was renamed to " + change.after().name() + ", but " + Finding.VERSIONS
                        + " released it without a default, so " + OLD
                        + " cannot read new records (an alias helps new readers only)",
                "keep " + change.before().name() + ", mark it deprecated in its doc, and add "
                        + change.after().name() + " with a default next to it");
    }

    static Finding of(Change.ReadByAlias change) {
        return new Finding(
                change.path(),
                "alias-of-another-type",
                "field " + change.path() + " has the alias " + change.before().name() + ", whose type in "
                        + Finding.VERSIONS + " is another, so records of " + Finding.VERSIONS
                        + " cannot be read into it as they were meant",
                "remove the alias and give the field a default");
    }

    static Finding of(Change.AliasAmbiguous change) {
        return change.readerIsLater()
                ? new Finding(
                        change.path(),
                        "alias-ambiguous",
                        "field " + change.path() + " has an alias that is a field of its own in " + Finding.VERSIONS
                                + ", so records of " + Finding.VERSIONS + " can no longer be read",
                        "remove the alias")
                : new Finding(
                        change.path(),
                        "alias-ambiguous",
                        "field " + change.path() + " has an alias in " + Finding.VERSIONS
                                + " that is now a field of its own, so " + OLD + " cannot read new records",
                        "give the new field another name");
    }

    static Finding of(Change.FieldAdded change) {
        Schema type = change.after().schema();
        String example = type.getType() == Schema.Type.UNION
                ? type.isNullable()
                        ? "\"default\": null, with \"null\" first in its type"
                        : "\"default\": a value of its first type"
                : "\"type\": [\"null\", " + quoted(type) + "], \"default\": null";
        return new Finding(
                change.path(),
                "field-added-without-default",
                "field " + change.path() + " was added without a default, so records of " + Finding.VERSIONS
                        + ", which do not have it, can no longer be read",
                "give it a default, such as " + example);
    }

    static Finding of(Change.DefaultRemoved change) {
        return new Finding(
                change.path(),
                "default-removed",
                "field " + change.path() + " lost the default that it has in " + Finding.VERSIONS
                        + ", so writers that leave it out are refused",
                "keep the default (another value is allowed)");
    }

    static Finding of(Change.TypeChanged change, boolean newCannotRead) {
        String changed =
                subject(change.path()) + " changed from " + name(change.before()) + " to " + name(change.after());
        return new Finding(
                change.path(),
                "type-changed",
                newCannotRead
                        ? changed + ", so records of " + Finding.VERSIONS + " can no longer be read"
                        : changed + ", so " + OLD + " cannot read new records",
                besides(change.path(), "keep its type"));
    }

    static Finding of(Change.BranchAdded change) {
        boolean nullable = change.branch().getType() == Schema.Type.NULL;
        return new Finding(
                change.path(),
                nullable ? "null-added" : "type-added-" + name(change.branch()),
                subject(change.path()) + " may now be " + name(change.branch()) + ", so " + OLD
                        + " cannot read new records",
                besides(change.path(), "keep its type"));
    }

    static Finding of(Change.BranchRemoved change) {
        boolean nullable = change.branch().getType() == Schema.Type.NULL;
        return new Finding(
                change.path(),
                nullable ? "null-removed" : "type-removed-" + name(change.branch()),
                subject(change.path()) + " may no longer be " + name(change.branch()) + ", so records of "
                        + Finding.VERSIONS + " that hold " + (nullable ? "null" : "one") + " can no longer be read",
                "keep " + quoted(change.branch()) + " in its type");
    }

    static Finding of(Change.SymbolAdded change) {
        return new Finding(
                change.path(),
                "symbol-added-" + change.symbol(),
                subject(change.path()) + " may now be the symbol " + change.symbol() + ", so " + OLD
                        + ", where the enum has no default, cannot read new records",
                besides(change.path(), "keep the symbols"));
    }

    static Finding of(Change.SymbolRemoved change) {
        return new Finding(
                change.path(),
                "symbol-removed-" + change.symbol(),
                subject(change.path()) + " lost the symbol " + change.symbol() + ", so records of " + Finding.VERSIONS
                        + " that hold it can no longer be read",
                "keep the symbol, or give the enum a \"default\" that stands for symbols it does not know");
    }

    static Finding of(Change.NameChanged change) {
        return new Finding(
                change.path(),
                "name-changed",
                (change.path().isEmpty() ? "the record" : "the type of field " + change.path()) + " was renamed from "
                        + change.before().getFullName() + " to "
                        + change.after().getFullName()
                        + ", but readers with " + Finding.VERSIONS + " go by its full name",
                "keep name and namespace");
    }

    static Finding of(Change.LogicalTypeChanged change) {
        return new Finding(
                change.path(),
                "logical-type-changed",
                subject(change.path()) + " changed from " + name(change.before()) + " to " + name(change.after())
                        + ", so the same bytes mean something else to " + OLD,
                besides(change.path(), "keep its logical type"));
    }

    static Finding of(Change.SizeChanged change) {
        return new Finding(
                change.path(),
                "size-changed",
                subject(change.path()) + " changed from " + change.before().getFixedSize() + " to "
                        + change.after().getFixedSize() + " bytes, so records of " + Finding.VERSIONS
                        + " can no longer be read",
                besides(change.path(), "keep its size"));
    }

    static Finding unexplained(String reason) {
        return new Finding(
                "",
                "unreadable",
                "Avro finds that it and " + Finding.VERSIONS + " cannot read each other's records: " + reason,
                "keep what changed and add new fields with defaults next to it");
    }

    private static String subject(String path) {
        return path.isEmpty() ? "the record" : "field " + path;
    }

    private static String besides(String path, String keep) {
        return path.isEmpty() ? keep : keep + " and add a new field with a default next to it";
    }

    /** A type as its writer would call it. */
    static String name(Schema type) {
        String logical = type.getProp("logicalType");
        if (logical != null) {
            return logical.equals("decimal")
                    ? "decimal(" + type.getObjectProp("precision") + ", "
                            + (type.getObjectProp("scale") == null ? 0 : type.getObjectProp("scale")) + ")"
                    : logical;
        }
        return switch (type.getType()) {
            case UNION -> type.getTypes().stream().map(Findings::name).collect(Collectors.joining(" or "));
            case ARRAY -> "array of " + name(type.getElementType());
            case MAP -> "map of " + name(type.getValueType());
            case RECORD, ENUM, FIXED -> type.getType().getName() + " " + type.getName();
            default -> type.getType().getName();
        };
    }

    /** A type as it stands in JSON, or its description when that would be long. */
    private static String quoted(Schema type) {
        return switch (type.getType()) {
            case ARRAY, MAP, RECORD, ENUM, FIXED -> "the " + name(type);
            default -> type.getLogicalType() == null ? "\"" + type.getType().getName() + "\"" : "the " + name(type);
        };
    }
}
