package io.millrace.connect.privacy;

import java.util.Locale;
import org.apache.kafka.common.config.ConfigException;

/** What is done with a field of personal data. */
enum Action {
    /** Replaced by a keyed hash: the same value gives the same hash, which nobody without the key can work out. */
    HASH,
    /** Removed: null where the schema allows it, else the default; an entry of a schemaless map goes altogether. */
    DROP;

    static Action of(String key, String text) {
        try {
            return valueOf(text.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, text, "must be hash or drop");
        }
    }
}
