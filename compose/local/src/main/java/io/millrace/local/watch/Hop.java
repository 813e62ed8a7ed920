package io.millrace.local.watch;

import java.util.Locale;

/** A place at which a probe is looked for, in the order in which it gets there; the two stores are beside each other. */
enum Hop {
    ACCEPTED,
    KAFKA,
    SPARK,
    REDIS,
    ELASTICSEARCH;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isStore() {
        return this == REDIS || this == ELASTICSEARCH;
    }
}
