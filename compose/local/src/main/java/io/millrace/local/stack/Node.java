package io.millrace.local.stack;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that has to be brought up, after other things. */
sealed interface Node permits ServiceSpec, TaskSpec {
    String name();

    List<Dependency> dependencies();

    /**
     * One node waits for another.
     *
     * @param node whose health, or end, is awaited
     * @param limit how long at most, after which the wait is over anyway; empty: as long as it takes
     */
    record Dependency(String node, Optional<Duration> limit) {
        static Dependency on(String node) {
            return new Dependency(node, Optional.empty());
        }

        static Dependency preferably(String node, Duration limit) {
            return new Dependency(node, Optional.of(limit));
        }

        static List<Dependency> onAll(String... nodes) {
            return List.of(nodes).stream().map(Dependency::on).toList();
        }
    }
}
