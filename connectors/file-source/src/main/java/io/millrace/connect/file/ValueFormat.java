package io.millrace.connect.file;

import java.util.Locale;

/** What a record's value is. */
enum ValueFormat {
    /** A struct that keeps a contract. */
    CONTRACT,
    /** A struct of the fields that the object itself declares. */
    SCHEMA,
    STRING,
    BYTES;

    static ValueFormat of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean fits(Format format) {
        return switch (this) {
            case CONTRACT -> format.hasFields();
            case SCHEMA -> format == Format.CSV || !format.isText();
            case STRING, BYTES -> format.isText();
        };
    }

    static ValueFormat usual(Format format) {
        return switch (format) {
            case LINES -> STRING;
            case NDJSON, CSV, COMBINED -> CONTRACT;
            case AVRO, PARQUET -> SCHEMA;
        };
    }
}
