package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.DeclaredState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One thing that apply would do. The order of the types is the order in which they are done. */
public sealed interface Change {
    /** What is changed. */
    String name();

    /** A topic is made. */
    record CreateTopic(String name, int partitions, int replication, Map<String, String> settings) implements Change {}

    /** A topic gets more partitions, so records of a key may go to another one from then on. */
    record AddPartitions(String name, int before, int after, boolean keyed) implements Change {}

    /** Settings of a topic change. */
    record ConfigureTopic(String name, List<KeyChange> settings) implements Change {}

    /** The registry checks a subject's next versions under another mode. */
    record SetCompatibility(String name, String before, String after) implements Change {}

    /**
     * A schema is registered.
     *
     * @param newest number of the newest version there is, 0 for a new subject
     * @param differences what is new against it, in words
     * @param compatibility the mode that a new subject gets, where it is not the registry's own
     */
    record RegisterSchema(String name, int newest, List<String> differences, Optional<String> compatibility)
            implements Change {}

    /** Contract files are copied into the folder from which collectors and jobs read them. */
    record PublishContracts(String name, String folder, List<String> added, List<String> changed, List<String> removed)
            implements Change {}

    /** A connector is made. */
    record CreateConnector(
            String name,
            String connectorClass,
            boolean source,
            DeclaredState state,
            int settings,
            Optional<OldOffsets> offsets)
            implements Change {}

    /**
     * A connector is changed: it restarts with all its tasks and goes on where it was.
     *
     * @param keys the settings that differ; empty when only the marks do
     * @param tasks how many tasks restart
     * @param adopted whether it carried no mark of ours before
     * @param state the state it is brought into besides, where that differs
     */
    record ChangeConnector(
            String name, boolean source, List<KeyChange> keys, int tasks, boolean adopted, Optional<ChangeState> state)
            implements Change {}

    /** A connector is stopped, paused or resumed; its settings stay. */
    record ChangeState(String name, boolean source, String before, DeclaredState after) implements Change {}

    /** A connector of ours that is declared no longer is removed. */
    record DeleteConnector(String name, int tasks) implements Change {}
}
