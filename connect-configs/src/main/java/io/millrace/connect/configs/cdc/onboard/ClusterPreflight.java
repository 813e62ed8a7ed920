package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.preflight.Finding;
import io.millrace.connect.configs.cdc.preflight.Severity;
import io.millrace.connect.configs.cdc.source.SourceTable;
import io.millrace.connect.configs.environment.Clusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is in the way of a new capture in Connect and Kafka. */
public final class ClusterPreflight {
    private static final String PLUGIN = "io.debezium.connector.postgresql.PostgresConnector";

    private ClusterPreflight() {}

    public static List<Finding> findings(Clusters clusters, CaptureNames names, List<SourceTable> tables) {
        List<Finding> findings = new ArrayList<>();
        if (!clusters.connect().connectorClasses().contains(PLUGIN)) {
            findings.add(block(
                    "plugin-missing",
                    PLUGIN,
                    "is not among the workers' plugins",
                    "It is what reads the log.",
                    "install Debezium's PostgreSQL connector in plugin.path"));
        }
        if (clusters.connect().config(names.connector()).isPresent()) {
            findings.add(block(
                    "connector-name",
                    names.connector(),
                    "exists already",
                    "Two captures of one name would share offsets and topics.",
                    "choose another name, or take that one out with ./millrace cdc offboard " + names.name()));
        }
        Set<String> topics = new KafkaTopics(clusters).names();
        tables.stream()
                .map(table -> names.topic(table.id()))
                .filter(topics::contains)
                .forEach(topic -> findings.add(new Finding(
                        "topic-exists",
                        Severity.WARN,
                        topic,
                        "exists already",
                        "Rows that were deleted since it was written stay in it, so the counts will not agree.",
                        List.of(),
                        "choose another name, or delete the topic first (offboard --topics delete)",
                        false)));
        return findings;
    }

    private static Finding block(String code, String subject, String found, String why, String note) {
        return new Finding(code, Severity.BLOCK, subject, found, why, List.of(), note, false);
    }
}
