package io.millrace.connect.configs.environment;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the brokers are reached.
 *
 * @param bootstrap bootstrap servers
 * @param properties further client properties, such as {@code security.protocol}
 */
public record KafkaAccess(Setting bootstrap, Map<String, Setting> properties) {
    public KafkaAccess {
        properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /** Access without authentication. */
    public static KafkaAccess plain(String bootstrap) {
        return new KafkaAccess(Setting.literal(bootstrap), Map.of());
    }

    /** All client properties, references resolved; not to be kept or printed. */
    public Map<String, Object> clientProperties() {
        Map<String, Object> resolved = new HashMap<>();
        properties.forEach((key, value) -> resolved.put(key, value.value()));
        resolved.put("bootstrap.servers", bootstrap.value());
        return resolved;
    }
}
