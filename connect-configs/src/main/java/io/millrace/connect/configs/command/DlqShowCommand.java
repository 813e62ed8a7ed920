package io.millrace.connect.configs.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.dlq.Place;
import io.millrace.connect.configs.dlq.SetAside;
import io.millrace.connect.configs.dlq.SetAsideReader;
import io.millrace.connect.configs.environment.Clusters;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace dlq show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description =
                "Show records that were set aside with where they came from and why. They may hold personal data.")
final class DlqShowCommand extends ControlCommand {
    private static final int LONGEST_VALUE = 2_000;

    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Parameters(arity = "1", paramLabel = "TOPIC", description = "A topic of dlq list.")
    private String topic;

    @Option(names = "--offset", paramLabel = "PARTITION:OFFSET", description = "Show this record only.")
    private String offset;

    @Option(names = "--limit", paramLabel = "N", description = "Show so many, the newest (default: ${DEFAULT-VALUE}).")
    private int limit = 10;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    DlqShowCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (Clusters clusters = environment.environment(defaults).open();
                SetAsideReader reader = new SetAsideReader(clusters.consumerProperties(), clusters.registry())) {
            List<SetAside> records = DlqTopic.read(reader, topic);
            List<SetAside> chosen = offset == null
                    ? records.subList(Math.max(0, records.size() - limit), records.size())
                    : DlqTopic.choose(records, List.of(offset));
            ArrayNode shown = JsonNodeFactory.instance.arrayNode();
            chosen.forEach(record -> shown.add(describe(record, reader)));
            if (json) {
                out().println(shown.toPrettyString());
            } else if (shown.isEmpty()) {
                out().println(topic + " holds no record.");
            } else {
                shown.forEach(record -> {
                    record.properties().forEach(field -> out().printf(
                                    "%-10s %s%n",
                                    field.getKey(), field.getValue().asText()));
                    out().println();
                });
            }
            return DONE;
        }
    }

    private static ObjectNode describe(SetAside record, SetAsideReader reader) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("offset", record.place().within()).put("at", record.at().toString());
        node.put("from", record.origin().map(Place::toString).orElse("unknown"));
        node.put("by", record.by()).put("stage", record.stage()).put("reason", record.reason());
        record.field().ifPresent(field -> node.put("field", field));
        node.put("attempts", record.attempts());
        node.put("key", reader.shown(record.key(), LONGEST_VALUE));
        node.put("value", reader.shown(record.value(), LONGEST_VALUE));
        return node;
    }

    /** What show and replay ask of a topic. */
    static final class DlqTopic {
        private DlqTopic() {}

        /** @throws DeclarationException when there is no such topic, naming those that there are */
        static List<SetAside> read(SetAsideReader reader, String topic) {
            if (!SetAsideReader.isSetAside(topic) || reader.partitions(topic) == 0) {
                throw new DeclarationException("there is no dead letter or quarantine topic " + topic + "; there are "
                        + String.join(", ", reader.topics()));
            }
            return reader.read(topic, DlqListCommand.MOST);
        }

        /** @throws DeclarationException when one of the offsets is none, or no record stands there */
        static List<SetAside> choose(List<SetAside> records, List<String> offsets) {
            return offsets.stream()
                    .map(text -> records.stream()
                            .filter(record -> record.place().within().equals(text))
                            .findFirst()
                            .orElseThrow(() -> new DeclarationException("no record stands at " + text
                                    + "; --offset takes PARTITION:OFFSET, as dlq show prints it")))
                    .toList();
        }
    }
}
