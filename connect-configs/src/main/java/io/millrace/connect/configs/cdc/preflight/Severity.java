package io.millrace.connect.configs.cdc.preflight;

/** How much a finding matters. */
public enum Severity {
    /** Capturing would fail, lose changes or break the application. */
    BLOCK,
    /** It works, but something is going to hurt. */
    WARN,
    /** Worth knowing. */
    INFO
}
