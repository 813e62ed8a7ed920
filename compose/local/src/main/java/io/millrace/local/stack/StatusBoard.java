package io.millrace.local.stack;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Where the runners write what happened and wait for one another. Safe for use by several threads. */
final class StatusBoard {
    private final Map<String, NodeStatus> statuses = new LinkedHashMap<>();
    private final Clock clock;
    private final Consumer<NodeStatus> listener;
    private StackException failure;
    private boolean stopping;

    /** @param listener hears of every change, in order, in the thread that made it; must be quick */
    StatusBoard(List<Node> nodes, Clock clock, Consumer<NodeStatus> listener) {
        this.clock = clock;
        this.listener = listener;
        nodes.forEach(node -> statuses.put(node.name(), NodeStatus.initial(node, clock.instant())));
    }

    synchronized List<NodeStatus> all() {
        return new ArrayList<>(statuses.values());
    }

    synchronized NodeStatus get(String name) {
        return statuses.get(name);
    }

    void enter(String name, NodeState state, OptionalLong pid, String detail) {
        change(name, status -> status.enter(state, pid, detail, clock.instant()));
    }

    /** Enters {@link NodeState#RESTARTING} and counts it. */
    void restarting(String name, String detail) {
        change(name, status -> status.enter(NodeState.RESTARTING, OptionalLong.empty(), detail, clock.instant())
                .restarted());
    }

    private synchronized void change(String name, UnaryOperator<NodeStatus> change) {
        NodeStatus next = change.apply(statuses.get(name));
        statuses.put(name, next);
        listener.accept(next);
        notifyAll();
    }

    /** Keeps the first failure: what comes after it is mostly its consequence. */
    synchronized void fail(String name, String why) {
        if (failure == null && !stopping) {
            failure = new StackException(why);
        }
        enter(
                name,
                NodeState.FAILED,
                OptionalLong.empty(),
                why.lines().findFirst().orElse(""));
        notifyAll();
    }

    synchronized Optional<StackException> failure() {
        return Optional.ofNullable(failure);
    }

    synchronized void stopping() {
        stopping = true;
        notifyAll();
    }

    /**
     * Waits until a node is up or done, or the limit is over.
     *
     * @throws InterruptedException when interrupted or when the stack stops
     */
    synchronized void await(Node.Dependency dependency) throws InterruptedException {
        long end = System.nanoTime()
                + dependency.limit().orElse(Duration.ofDays(1)).toNanos();
        while (!statuses.get(dependency.node()).state().satisfies() && System.nanoTime() < end) {
            if (stopping) {
                throw new InterruptedException("the stack is stopping");
            }
            wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
    }

    /**
     * Waits until all these nodes are up or done.
     *
     * @throws StackException when one was given up
     * @throws InterruptedException when the stack stops before
     */
    synchronized void awaitAll(List<String> names) throws InterruptedException {
        while (!names.stream().allMatch(name -> statuses.get(name).state().satisfies())) {
            if (failure != null) {
                throw failure;
            }
            if (stopping) {
                throw new InterruptedException("the stack is stopping");
            }
            wait();
        }
    }

    /** Waits until a node is given up, the stack stops, or the limit is over. */
    synchronized Optional<StackException> awaitFailure(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (failure == null && !stopping && System.nanoTime() < end) {
            wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        return Optional.ofNullable(failure);
    }
}
