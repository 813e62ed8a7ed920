package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Validation;
import io.millrace.connect.configs.WorkerPlugin;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that exists and matters to a plan. It may hold literal secrets of connectors, so it is never printed or kept.
 *
 * @param brokers number of brokers
 * @param topics by name
 * @param compatibility the registry's global mode; empty without a registry
 * @param subjects by name; a declared one that does not exist is not in it
 * @param plugins what the workers can run
 * @param connectors by name
 * @param validations what the workers say about each declared connector whose plugin they have, by name
 * @param offsets what earlier connectors left, by the name of a declared connector that does not exist
 * @param contracts the contract files that are published, where the environment publishes them
 */
public record Live(
        int brokers,
        Map<String, LiveTopic> topics,
        Optional<String> compatibility,
        Map<String, LiveSubject> subjects,
        List<WorkerPlugin> plugins,
        Map<String, LiveConnector> connectors,
        Map<String, Validation> validations,
        Map<String, OldOffsets> offsets,
        Optional<ContractFiles> contracts) {

    /** Nothing that could be told by accident. */
    @Override
    public String toString() {
        return "Live[" + topics.size() + " topics, " + connectors.size() + " connectors]";
    }
}
