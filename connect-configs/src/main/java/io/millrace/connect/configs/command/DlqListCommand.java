package io.millrace.connect.configs.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.TextTable;
import io.millrace.connect.configs.dlq.Replay;
import io.millrace.connect.configs.dlq.SetAside;
import io.millrace.connect.configs.dlq.SetAsideReader;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.status.Watch;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace dlq list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "Show every dead letter and quarantine topic: records, those not replayed yet, and the reasons.",
            "Of each partition the newest " + DlqListCommand.MOST + " records are looked at."
        })
final class DlqListCommand extends ControlCommand {
    static final int MOST = 100_000;
    private static final int REASONS = 5;

    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    DlqListCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (Clusters clusters = environment.environment(defaults).open();
                SetAsideReader reader = new SetAsideReader(clusters.consumerProperties(), clusters.registry())) {
            ArrayNode topics = JsonNodeFactory.instance.arrayNode();
            for (String topic : reader.topics()) {
                topics.add(describe(topic, reader.read(topic, MOST), clusters));
            }
            if (json) {
                out().println(topics.toPrettyString());
            } else if (topics.isEmpty()) {
                out().println("There is no dead letter or quarantine topic.");
            } else {
                print(topics);
            }
            return DONE;
        }
    }

    private static ObjectNode describe(String topic, List<SetAside> records, Clusters clusters) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("topic", topic);
        node.put("records", records.size());
        node.put("waiting", Replay.waiting(clusters.admin(), topic, records));
        records.stream()
                .map(SetAside::at)
                .max(Comparator.<Instant>naturalOrder())
                .ifPresent(newest -> node.put("newest", newest.toString()));
        Map<String, Integer> reasons = new TreeMap<>();
        records.forEach(record -> reasons.merge(record.stage() + ": " + record.reason(), 1, Integer::sum));
        ArrayNode most = node.putArray("reasons");
        reasons.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(REASONS)
                .forEach(reason ->
                        most.addObject().put("reason", reason.getKey()).put("records", reason.getValue()));
        return node;
    }

    private void print(ArrayNode topics) {
        TextTable table =
                new TextTable(List.of("TOPIC", "RECORDS", "WAITING", "NEWEST", "MOST FREQUENT REASON"), Set.of(1, 2));
        topics.forEach(topic -> table.row(List.of(
                topic.path("topic").asText(),
                topic.path("records").asText(),
                topic.path("waiting").asText(),
                topic.path("newest").asText("-"),
                topic.path("reasons").isEmpty()
                        ? "-"
                        : topic.at("/reasons/0/records").asText() + "x "
                                + topic.at("/reasons/0/reason").asText())));
        table.lines(Watch.width(System.console() != null)).forEach(out()::println);
    }
}
