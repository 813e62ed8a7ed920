package io.millrace.connect.jdbc;

/** How new and changed rows are told from those already read. */
enum Mode {
    BULK(false, false),
    INCREMENTING(false, true),
    TIMESTAMP(true, false),
    TIMESTAMP_INCREMENTING(true, true);

    private final boolean byTimestamp;
    private final boolean byId;

    Mode(boolean byTimestamp, boolean byId) {
        this.byTimestamp = byTimestamp;
        this.byId = byId;
    }

    boolean byTimestamp() {
        return byTimestamp;
    }

    boolean byId() {
        return byId;
    }

    static Mode of(String name) {
        return valueOf(name.replace('+', '_').toUpperCase(java.util.Locale.ROOT));
    }
}
