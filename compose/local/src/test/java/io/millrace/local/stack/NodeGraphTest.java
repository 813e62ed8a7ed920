package io.millrace.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeGraphTest {
    private static final NodeGraph STACK = NodeGraph.of(List.of(
            service("worker", "broker", "tables"),
            task("tables", "database"),
            service("broker"),
            service("database"),
            task("wiring", "worker", "broker")));

    @Test
    void everyNodeComesAfterWhatItNeeds() {
        List<String> order = STACK.inStartOrder().stream().map(Node::name).toList();
        assertThat(order).containsExactly("broker", "database", "tables", "worker", "wiring");
    }

    @Test
    void nothingIsStoppedBeforeWhatNeedsItEvenThroughATask() {
        assertThat(STACK.stopGroups()).containsExactly(List.of("worker"), List.of("broker", "database"));
    }

    @Test
    void aPartOfTheStackHasTheTasksItCanDoAndForgetsTheRest() {
        NodeGraph part = STACK.only(Set.of("worker", "database"));
        assertThat(part.inStartOrder().stream().map(Node::name)).containsExactly("database", "tables", "worker");
        assertThat(part.inStartOrder().get(2).dependencies()).containsExactly(Node.Dependency.on("tables"));
    }

    @Test
    void aServiceThatDoesNotExistIsNamedWithThoseThatDo() {
        assertThatThrownBy(() -> STACK.only(Set.of("brokr")))
                .isInstanceOf(StackException.class)
                .hasMessage("no service brokr; there are: broker, database, worker");
    }

    @Test
    void aCircleIsRefused() {
        assertThatThrownBy(() -> NodeGraph.of(List.of(service("a", "b"), service("b", "a"))))
                .hasMessageContaining("circle");
    }

    private static ServiceSpec service(String name, String... needs) {
        return ServiceSpec.of(name, 1, Path.of("/"), () -> {}, List.of("true"), () -> {})
                .after(Node.Dependency.onAll(needs));
    }

    private static TaskSpec task(String name, String... needs) {
        return new TaskSpec(name, Node.Dependency.onAll(needs), () -> "");
    }
}
