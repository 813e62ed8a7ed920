package io.millrace.schemas.tool;

/** What is broken towards one released version; its problem says {@link #VERSIONS} where the version belongs. */
record Finding(String path, String rule, String problem, String remedy) {
    static final String VERSIONS = "{versions}";
}
