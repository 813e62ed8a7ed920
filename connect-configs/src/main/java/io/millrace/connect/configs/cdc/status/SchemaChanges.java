package io.millrace.connect.configs.cdc.status;

/** What becomes of changes of a table's shape, by policy. */
final class SchemaChanges {
    private SchemaChanges() {}

    static String words(String policy) {
        return switch (policy) {
            case "strict" ->
                "a new column has to have a default; any other change stops the connector until it is judged";
            case "lenient" -> "every change goes through, also a new type; readers have to cope";
            default -> "new columns and dropped ones that had a default go through; a new type stops the connector";
        };
    }
}
