package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.schemas.TopicSpec;
import java.util.List;
import java.util.Optional;

/**
 * Everything that one environment has to have.
 *
 * @param owner the mark on what is applied
 * @param topics the topics, sizes as in this environment
 * @param subjects the schemas; empty where the environment has no registry
 * @param connectors the connectors, variables resolved
 * @param contracts the contract files, where the environment publishes them
 */
public record Declared(
        String owner,
        List<TopicSpec> topics,
        List<DeclaredSubject> subjects,
        List<DeclaredConnector> connectors,
        Optional<ContractFiles> contracts) {
    public Declared {
        topics = List.copyOf(topics);
        subjects = List.copyOf(subjects);
        connectors = List.copyOf(connectors);
    }
}
