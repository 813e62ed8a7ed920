package io.millrace.local.stack;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Brings up a graph of services and tasks, as much of it at once as it allows, and takes it down again. */
final class Supervisor {
    private final NodeGraph graph;
    private final StatusBoard board;
    private final Map<String, ServiceRunner> runners = new LinkedHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "stack");
        thread.setDaemon(true);
        return thread;
    });

    /** @param listener hears of every change; see {@link StatusBoard} */
    Supervisor(NodeGraph graph, StackFolder folder, ProcessTable table, Clock clock, Consumer<NodeStatus> listener) {
        this.graph = graph;
        this.board = new StatusBoard(graph.inStartOrder(), clock, listener);
        for (ServiceSpec spec : graph.services()) {
            runners.put(spec.name(), new ServiceRunner(spec, folder, table, board));
        }
    }

    void start() {
        for (Node node : graph.inStartOrder()) {
            threads.execute(node instanceof TaskSpec task ? () -> run(task) : runners.get(node.name()));
        }
    }

    private void run(TaskSpec task) {
        try {
            for (Node.Dependency dependency : task.dependencies()) {
                board.await(dependency);
            }
            board.enter(task.name(), NodeState.STARTING, OptionalLong.empty(), "");
            String done = task.action().run();
            board.enter(task.name(), NodeState.DONE, OptionalLong.empty(), done);
        } catch (InterruptedException e) {
            // The stack stops.
        } catch (Exception e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            board.fail(task.name(), "step " + task.name() + " failed: " + why);
        }
    }

    /**
     * Waits until everything is up or done.
     *
     * @param later nodes that nobody waits for, nor for what needs them
     * @throws StackException when a node was given up
     */
    void awaitUp(Set<String> later) throws InterruptedException {
        board.awaitAll(graph.without(later));
    }

    /** Waits until a node is given up, the stack stops, or the limit is over. */
    Optional<StackException> awaitFailure(Duration limit) throws InterruptedException {
        return board.awaitFailure(limit);
    }

    List<NodeStatus> statuses() {
        return board.all();
    }

    /**
     * Ends all services, what depends on others first. Returns when none has a process left.
     *
     * @throws StackException when a process could not be ended
     */
    void stop() throws InterruptedException {
        board.stopping();
        List<String> stubborn = new ArrayList<>();
        for (List<String> group : graph.stopGroups()) {
            Map<String, Future<?>> stops = new LinkedHashMap<>();
            for (String service : group) {
                stops.put(service, threads.submit(() -> {
                    runners.get(service).stop();
                    return null;
                }));
            }
            stops.forEach((service, stop) -> {
                try {
                    stop.get(60, TimeUnit.SECONDS);
                } catch (Exception e) {
                    stubborn.add(service + " (" + e.getMessage() + ")");
                }
            });
        }
        threads.shutdownNow();
        if (!stubborn.isEmpty()) {
            throw new StackException("could not stop: " + String.join(", ", stubborn));
        }
    }
}
