package io.millrace.connect.configs;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A connector as declared in a file: the body that {@code POST /connectors} takes.
 *
 * @param name connector name
 * @param config its settings, references such as {@code ${env:NAME}} unresolved; in the order of their names
 * @param state the state it is kept in; empty: created running, and left in the state that somebody puts it in
 * @param origin where it is declared
 */
public record DeclaredConnector(String name, Map<String, String> config, Optional<DeclaredState> state, Origin origin) {
    public DeclaredConnector {
        config = Collections.unmodifiableMap(new TreeMap<>(config));
    }

    /** A connector that no file declares. */
    public DeclaredConnector(String name, Map<String, String> config) {
        this(name, config, Optional.empty(), Origin.NONE);
    }

    /** Class name of the connector's plugin. */
    public String connectorClass() {
        return config.get("connector.class");
    }

    /** The name alone: a setting may have been resolved to a secret. */
    @Override
    public String toString() {
        return "DeclaredConnector[" + name + "]";
    }
}
