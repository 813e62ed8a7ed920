package io.millrace.connect.configs.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.command.DlqShowCommand.DlqTopic;
import io.millrace.connect.configs.dlq.Place;
import io.millrace.connect.configs.dlq.Replay;
import io.millrace.connect.configs.dlq.SetAside;
import io.millrace.connect.configs.dlq.SetAsideReader;
import io.millrace.connect.configs.environment.Clusters;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace dlq replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Put records back to the topic that they came from, after what refused them was mended. Each is replayed once,"
                    + " also when this is run again or killed; the header millrace.replay.attempt counts.",
            "Ends with 1 when some had to be left."
        })
final class DlqReplayCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Parameters(arity = "1", paramLabel = "TOPIC", description = "A topic of dlq list.")
    private String topic;

    @Option(names = "--offset", paramLabel = "PARTITION:OFFSET", description = "Only this record; may be repeated.")
    private List<String> offsets = List.of();

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, the oldest that wait.")
    private int limit = Integer.MAX_VALUE;

    @Option(names = "--to", paramLabel = "TOPIC", description = "Another topic than the one that they came from.")
    private String to;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            description = "Leave records that came back so often (default: ${DEFAULT-VALUE}).")
    private int mostAttempts = 3;

    @Option(names = "--dry-run", description = "Say what would be done and do nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    DlqReplayCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (Clusters clusters = environment.environment(defaults).open();
                SetAsideReader reader = new SetAsideReader(clusters.consumerProperties(), clusters.registry())) {
            List<SetAside> all = DlqTopic.read(reader, topic);
            Replay replay = new Replay(clusters.admin(), reader, clusters.kafkaProperties(), topic);
            List<SetAside> chosen = offsets.isEmpty() ? all : DlqTopic.choose(all, offsets);
            List<SetAside> waiting = replay.plan(chosen, Optional.ofNullable(to), mostAttempts).stream()
                    .filter(outcome -> outcome.fate() != Replay.Fate.DONE_BEFORE)
                    .map(Replay.Outcome::record)
                    .limit(limit)
                    .toList();
            List<SetAside> wanted = offsets.isEmpty() ? waiting : chosen;
            List<Replay.Outcome> outcomes = dryRun
                    ? replay.plan(wanted, Optional.ofNullable(to), mostAttempts)
                    : replay.run(wanted, all, Optional.ofNullable(to), mostAttempts);
            print(outcomes);
            return outcomes.stream()
                            .anyMatch(outcome ->
                                    outcome.fate() == Replay.Fate.NO_ORIGIN || outcome.fate() == Replay.Fate.TOO_OFTEN)
                    ? FAILED
                    : DONE;
        }
    }

    private void print(List<Replay.Outcome> outcomes) {
        Map<Replay.Fate, Integer> counts = new EnumMap<>(Replay.Fate.class);
        outcomes.forEach(outcome -> counts.merge(outcome.fate(), 1, Integer::sum));
        if (json) {
            ObjectNode report =
                    JsonNodeFactory.instance.objectNode().put("topic", topic).put("dry_run", dryRun);
            ObjectNode numbers = report.putObject("counts");
            for (Replay.Fate fate : Replay.Fate.values()) {
                numbers.put(fate.name().toLowerCase(Locale.ROOT), counts.getOrDefault(fate, 0));
            }
            ArrayNode records = report.putArray("records");
            outcomes.forEach(outcome -> records.addObject()
                    .put("offset", outcome.record().place().within())
                    .put("fate", outcome.fate().name().toLowerCase(Locale.ROOT))
                    .put("to", outcome.target().map(Place::topic).orElse(null)));
            out().println(report.toPrettyString());
            return;
        }
        if (outcomes.isEmpty()) {
            out().println("Nothing of " + topic + " waits.");
        }
        counts.forEach((fate, count) -> out().println(count + " " + text(fate)));
    }

    private String text(Replay.Fate fate) {
        return switch (fate) {
            case REPLAYED -> dryRun ? "would be replayed" : "replayed";
            case DONE_BEFORE -> "replayed before, not again";
            case SUPERSEDED -> "not needed any more: their topic has a newer record of the key";
            case NO_ORIGIN ->
                "left: nothing says where they came from, or the original is gone; dlq show tells, --to names a topic";
            case TOO_OFTEN -> "left: replayed " + mostAttempts + " times already; --max-attempts allows more";
        };
    }
}
