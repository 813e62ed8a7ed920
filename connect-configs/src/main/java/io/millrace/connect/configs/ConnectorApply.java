package io.millrace.connect.configs;

import java.util.Map;

/** Applies one declared connector with its marks, as {@code apply} does, for programs that start a whole stack. */
public final class ConnectorApply {
    private ConnectorApply() {}

    /**
     * Creates or changes a connector, unless the worker has exactly these settings and marks: Connect would restart it for
     * nothing. A new one is created in its declared state; whether it runs is not waited for.
     *
     * @param connector its variables resolved, see {@code EnvironmentConnectors}
     * @param owner the mark; a connector of this name without it is taken over
     * @return whether anything was sent
     */
    public static boolean apply(ConnectClient worker, DeclaredConnector connector, String owner) {
        Map<String, String> marked = Marks.put(connector.config(), owner);
        if (worker.config(connector.name()).isPresent()) {
            return worker.putIfDifferent(connector.name(), marked);
        }
        worker.create(connector.name(), marked, connector.state().orElse(DeclaredState.RUNNING));
        return true;
    }
}
