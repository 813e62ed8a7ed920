package io.millrace.connect.file;

import java.util.Locale;

/** What an object holds. */
enum Format {
    /** Any text, a record in each line. */
    LINES,
    /** A JSON object in each line. */
    NDJSON,
    CSV,
    /** The log of a web server. */
    COMBINED,
    AVRO,
    PARQUET;

    static Format of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether its records stand one after the other in text, so that a file can be read while it grows. */
    boolean isText() {
        return this != AVRO && this != PARQUET;
    }

    /** Whether its records can be checked against a contract. */
    boolean hasFields() {
        return this != LINES;
    }
}
