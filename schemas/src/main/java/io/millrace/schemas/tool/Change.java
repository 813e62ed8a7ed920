package io.millrace.schemas.tool;

import org.apache.avro.Schema;

/**
 * One difference between an earlier and a later schema. Every change knows the path of the field that it is about:
 * {@code failure.stage} for a nested field, {@code lines[].price} inside a list, {@code tags{}} for the values of a map,
 * {@code detail(Click).x} inside one of several records of a union; empty for the record as a whole.
 */
sealed interface Change {
    String path();

    record FieldAdded(String path, Schema.Field after) implements Change {}

    record FieldRemoved(String path, Schema.Field before) implements Change {}

    /** The later schema names the earlier field as an alias of another one. */
    record FieldRenamed(String path, Schema.Field before, Schema.Field after) implements Change {}

    /** The later schema reads the earlier field into another one, which has it as an alias. */
    record ReadByAlias(String path, Schema.Field before, Schema.Field after) implements Change {}

    /**
     * A reader's field finds two fields of the writer, one of them by an alias.
     *
     * @param readerIsLater whether the reader is the later schema
     */
    record AliasAmbiguous(String path, boolean readerIsLater) implements Change {}

    record DefaultAdded(String path) implements Change {}

    record DefaultRemoved(String path) implements Change {}

    record DefaultChanged(String path) implements Change {}

    /** Another kind of type, as from int to string. */
    record TypeChanged(String path, Schema before, Schema after) implements Change {}

    /** One more type in a union, or a type that became a union. */
    record BranchAdded(String path, Schema before, Schema branch) implements Change {}

    /** One type less in a union, or a union that became a type. */
    record BranchRemoved(String path, Schema after, Schema branch) implements Change {}

    record SymbolAdded(String path, Schema before, String symbol) implements Change {}

    record SymbolRemoved(String path, Schema after, String symbol) implements Change {}

    /** Another full name of a record, an enum or a fixed type. */
    record NameChanged(String path, Schema before, Schema after) implements Change {}

    record LogicalTypeChanged(String path, Schema before, Schema after) implements Change {}

    record SizeChanged(String path, Schema before, Schema after) implements Change {}
}
