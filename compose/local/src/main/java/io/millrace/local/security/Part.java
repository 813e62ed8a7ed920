package io.millrace.local.security;

/** What answers HTTP requests. */
public enum Part {
    PAGE,
    HTTP_SOURCE,
    CONNECT,
    REGISTRY,
    ELASTICSEARCH,
    SERVING_DRIVER,
    LAKE_DRIVER,
    /** Answers without being shown anything. */
    OTHER
}
