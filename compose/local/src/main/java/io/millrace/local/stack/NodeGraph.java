package io.millrace.local.stack;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nodes in an order in which each comes after what it depends on. Immutable. */
final class NodeGraph {
    private final Map<String, Node> nodes;

    private NodeGraph(Map<String, Node> nodes) {
        this.nodes = nodes;
    }

    /** @throws IllegalArgumentException for a dependency that does not exist or a circle */
    static NodeGraph of(Collection<? extends Node> nodes) {
        Map<String, Node> byName = new LinkedHashMap<>();
        nodes.forEach(node -> byName.put(node.name(), node));
        Map<String, Node> ordered = new LinkedHashMap<>();
        for (Node node : nodes) {
            place(node, byName, ordered, new LinkedHashSet<>());
        }
        return new NodeGraph(ordered);
    }

    private static void place(Node node, Map<String, Node> byName, Map<String, Node> ordered, Set<String> path) {
        if (ordered.containsKey(node.name())) {
            return;
        }
        if (!path.add(node.name())) {
            throw new IllegalArgumentException("circle of dependencies: " + path);
        }
        for (Node.Dependency dependency : node.dependencies()) {
            Node needed = byName.get(dependency.node());
            if (needed == null) {
                throw new IllegalArgumentException(
                        node.name() + " depends on " + dependency.node() + ", which does not exist");
            }
            place(needed, byName, ordered, path);
        }
        path.remove(node.name());
        ordered.put(node.name(), node);
    }

    /**
     * The part of the graph with these services and the tasks that need nothing else.
     *
     * @throws StackException for a service that does not exist, naming those that do
     */
    NodeGraph only(Set<String> services) {
        for (String service : services) {
            if (!(nodes.get(service) instanceof ServiceSpec)) {
                throw new StackException("no service " + service + "; there are: "
                        + String.join(
                                ", ", services().stream().map(ServiceSpec::name).toList()));
            }
        }
        Map<String, Node> chosen = new LinkedHashMap<>();
        for (Node node : nodes.values()) {
            if (node instanceof ServiceSpec spec && services.contains(spec.name())) {
                chosen.put(
                        spec.name(),
                        spec.after(spec.dependencies().stream()
                                .filter(dependency -> chosen.containsKey(dependency.node()))
                                .toList()));
            } else if (node instanceof TaskSpec task
                    && task.dependencies().stream().allMatch(needed -> chosen.containsKey(needed.node()))) {
                chosen.put(task.name(), task);
            }
        }
        return new NodeGraph(chosen);
    }

    /** The nodes that need neither any of these nor, directly or not, something that does. */
    List<String> without(Set<String> names) {
        Set<String> left = new LinkedHashSet<>();
        Set<String> out = new LinkedHashSet<>(names);
        for (Node node : nodes.values()) {
            boolean needs = node.dependencies().stream()
                    .anyMatch(dependency -> dependency.limit().isEmpty() && out.contains(dependency.node()));
            if (needs || names.contains(node.name())) {
                out.add(node.name());
            } else {
                left.add(node.name());
            }
        }
        return List.copyOf(left);
    }

    List<Node> inStartOrder() {
        return List.copyOf(nodes.values());
    }

    List<ServiceSpec> services() {
        return nodes.values().stream()
                .filter(ServiceSpec.class::isInstance)
                .map(ServiceSpec.class::cast)
                .toList();
    }

    /**
     * The services in groups, to be stopped one group after the other: nothing is stopped before what depends on it,
     * directly or through a task.
     */
    List<List<String>> stopGroups() {
        Map<String, Integer> depth = new LinkedHashMap<>();
        List<Node> reversed = new ArrayList<>(nodes.values());
        java.util.Collections.reverse(reversed);
        for (Node node : reversed) {
            int own = depth.computeIfAbsent(node.name(), name -> 0);
            for (Node.Dependency dependency : node.dependencies()) {
                int step = node instanceof ServiceSpec ? 1 : 0;
                depth.merge(dependency.node(), own + step, Math::max);
            }
        }
        List<List<String>> groups = new ArrayList<>();
        for (ServiceSpec service : services()) {
            int group = depth.get(service.name());
            while (groups.size() <= group) {
                groups.add(new ArrayList<>());
            }
            groups.get(group).add(service.name());
        }
        groups.removeIf(List::isEmpty);
        return groups;
    }
}
