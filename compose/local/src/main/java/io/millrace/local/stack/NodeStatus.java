package io.millrace.local.stack;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * What is known of a node at one moment.
 *
 * @param port where a service listens; 0 for a task
 * @param pid of a service's process, while there is one
 * @param restarts how often it died and was started again
 * @param since when it entered this state
 * @param detail why, or what was done; may be empty
 */
record NodeStatus(
        String name,
        boolean service,
        int port,
        NodeState state,
        OptionalLong pid,
        int restarts,
        Instant since,
        String detail) {

    static NodeStatus initial(Node node, Instant now) {
        int port = node instanceof ServiceSpec spec ? spec.port() : 0;
        return new NodeStatus(
                node.name(), node instanceof ServiceSpec, port, NodeState.WAITING, OptionalLong.empty(), 0, now, "");
    }

    NodeStatus enter(NodeState next, OptionalLong process, String why, Instant now) {
        return new NodeStatus(name, service, port, next, process, restarts, now, why);
    }

    NodeStatus restarted() {
        return new NodeStatus(name, service, port, state, pid, restarts + 1, since, detail);
    }
}
