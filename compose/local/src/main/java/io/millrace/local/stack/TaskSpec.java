package io.millrace.local.stack;

import java.util.List;

/**
 * Work that is done once per start, when what it needs is healthy.
 *
 * @param action may be interrupted; whatever it throws fails the start
 */
record TaskSpec(String name, List<Dependency> dependencies, Action action) implements Node {
    /** The work. */
    interface Action {
        /** @return what was done, in a few words */
        String run() throws Exception;
    }

    TaskSpec {
        dependencies = List.copyOf(dependencies);
    }
}
