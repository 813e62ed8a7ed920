package io.millrace.connect.configs;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A connector as a worker has it. It may hold literal secrets, so it is never printed whole.
 *
 * @param name connector name
 * @param type {@code source} or {@code sink}; {@code unknown} while the worker cannot tell
 * @param config its settings as they were sent, references unresolved
 * @param status its state and that of its tasks
 */
public record LiveConnector(String name, String type, Map<String, String> config, ConnectorStatus status) {
    public LiveConnector {
        config = Collections.unmodifiableMap(new TreeMap<>(config));
    }

    /** The name alone: settings may hold secrets. */
    @Override
    public String toString() {
        return "LiveConnector[" + name + "]";
    }
}
