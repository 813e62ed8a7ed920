package io.millrace.connect.configs.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.SecretKeys;
import io.millrace.connect.configs.TextTable;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.status.Watch;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace connectors offsets show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show how far a connector has come. What --json prints can be given to set.")
final class OffsetsShowCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Mixin
    private ConnectorName connector;

    @Option(names = "--json", description = "Print Connect's own JSON.")
    private boolean json;

    OffsetsShowCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (Clusters clusters = environment.environment(defaults).open()) {
            ConnectClient connect = clusters.connect();
            String name = connector.existing(connect);
            JsonNode offsets = connect.offsets().get(name);
            if (json) {
                out().println(offsets.toPrettyString());
            } else if (offsets.path("offsets").isEmpty()) {
                out().println(name + " has no offsets: it has not committed any, or they were reset.");
            } else {
                print(offsets.path("offsets"));
            }
            return DONE;
        }
    }

    private void print(JsonNode offsets) {
        boolean sink = offsets.path(0).path("partition").has("kafka_topic");
        TextTable table = sink
                ? new TextTable(List.of("TOPIC", "PARTITION", "OFFSET"), Set.of(1, 2))
                : new TextTable(List.of("PARTITION", "OFFSET"), Set.of());
        StreamSupport.stream(offsets.spliterator(), false)
                .sorted(Comparator.comparing((JsonNode entry) ->
                                entry.path("partition").path("kafka_topic").asText())
                        .thenComparing(entry ->
                                entry.path("partition").path("kafka_partition").asInt()))
                .forEach(entry -> {
                    JsonNode partition = entry.path("partition");
                    table.row(
                            sink
                                    ? List.of(
                                            partition.path("kafka_topic").asText(),
                                            partition.path("kafka_partition").asText(),
                                            entry.path("offset")
                                                    .path("kafka_offset")
                                                    .asText())
                                    : List.of(
                                            SecretKeys.hideInUrls(partition.toString()),
                                            SecretKeys.hideInUrls(
                                                    entry.path("offset").toString())));
                });
        table.lines(Watch.width(System.console() != null)).forEach(out()::println);
    }
}
