package io.millrace.connect.redis;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;

/** What becomes of the records of a topic. */
enum WriteMode {
    /** The value's fields are the hash of the key. */
    HASH(true, false),
    /** The value is the string of the key; JSON unless it is a scalar. */
    STRING(true, false),
    /** The value is the JSON document of the key; needs the JSON module. */
    JSON(true, false),
    /** A member with a score. */
    SORTED_SET(true, true),
    /** A member. */
    SET(true, true),
    /** A member with a place. */
    GEO(true, true),
    /** An element of a set that is only counted. */
    HYPERLOGLOG(true, true),
    /** An element at the end. */
    LIST(false, true),
    /** An entry with the value's fields. */
    STREAM(false, true),
    /** The value's numbers are added to what is there. */
    COUNTER(false, false),
    /** A message for whoever listens. */
    PUBLISH(false, true);

    private final boolean idempotent;
    private final boolean collection;

    WriteMode(boolean idempotent, boolean collection) {
        this.idempotent = idempotent;
        this.collection = collection;
    }

    /** Whether writing the same records again ends in the same state. */
    boolean isIdempotent() {
        return idempotent;
    }

    /** Whether many records share a Redis key. */
    boolean isCollection() {
        return collection;
    }

    /** Whether a record is a member that can be found again and removed. */
    boolean hasMembers() {
        return this == SORTED_SET || this == SET || this == GEO;
    }

    String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static WriteMode of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    static ConfigDef.ValidString validator() {
        List<String> names = Arrays.stream(values()).map(WriteMode::configName).toList();
        return ConfigDef.ValidString.in(names.toArray(String[]::new));
    }
}
