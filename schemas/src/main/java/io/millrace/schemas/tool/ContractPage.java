package io.millrace.schemas.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.Contract;
import io.millrace.schemas.EventSpec;
import io.millrace.schemas.LateData;
import io.millrace.schemas.Quality;
import io.millrace.schemas.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** The page about one contract. */
final class ContractPage {
    private final Contract contract;
    private final SortedMap<Integer, Schema> released;
    private final StringBuilder page = new StringBuilder();

    private ContractPage(Contract contract, SortedMap<Integer, Schema> released) {
        this.contract = contract;
        this.released = released;
    }

    static String of(Contract contract, SortedMap<Integer, Schema> released) {
        return new ContractPage(contract, released).markdown();
    }

    private String markdown() {
        line("# " + contract.name());
        line(Markdown.text(contract.description()));
        contract.value()
                .map(Schema::getDoc)
                .filter(doc -> !doc.strip().equals(contract.description()))
                .ifPresent(doc -> line(Markdown.text(doc)));
        line(Markdown.table(List.of("", ""), facts()).stripTrailing());
        contract.event().ifPresent(this::event);
        fields();
        quality();
        versions();
        return page.toString();
    }

    private List<List<String>> facts() {
        TopicSpec topic = contract.topic();
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("owner", Markdown.text(contract.owner())));
        facts.add(List.of("written by", Markdown.text(contract.writtenBy())));
        facts.add(List.of("read by", readers(contract)));
        facts.add(List.of("key", topic.key().isEmpty() ? "none" : Markdown.code(String.join("|", topic.key()))));
        facts.add(List.of(
                "topic",
                count(topic.partitions(), "partition") + ", " + count(topic.replication(), "replica") + ", "
                        + topic.cleanup().name().toLowerCase(Locale.ROOT)
                        + topic.retention()
                                .map(time -> ", kept for " + Words.duration(time))
                                .orElse("")));
        contract.value().ifPresent(value -> {
            facts.add(List.of("subject", Markdown.code(contract.valueSubject())));
            facts.add(List.of("compatibility", compatibility()));
            facts.add(List.of("Java class", Markdown.code(value.getFullName())));
        });
        personal().ifPresent(fields -> facts.add(List.of("personal data", fields)));
        return facts;
    }

    /** Who reads it; an event kind is read also when nobody says so. */
    static String readers(Contract contract) {
        if (contract.readBy().isEmpty()) {
            return contract.isEventKind() ? "what reads every event kind" : "nobody named";
        }
        return Markdown.text(String.join(", ", contract.readBy()));
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private String compatibility() {
        CompatibilityMode mode = CompatibilityMode.of(contract.compatibility());
        String readers = mode.promisesNothing()
                ? "nothing is promised"
                : "a field without a default stays for ever"
                        + (mode.newReadsOld() ? "; new readers read records of every released version" : "")
                        + (mode.oldReadsNew() ? "; readers of every released version read new records" : "");
        return contract.compatibility() + ": " + readers;
    }

    private Optional<String> personal() {
        return contract.value()
                .map(value -> value.getFields().stream()
                        .filter(field -> Boolean.TRUE.equals(field.getObjectProp("pii")))
                        .map(field -> Markdown.code(field.name()))
                        .collect(Collectors.joining(", ")))
                .filter(fields -> !fields.isEmpty());
    }

    private void event(EventSpec event) {
        line("## Event kind");
        line("Taken at `POST /v1/events/" + contract.name() + "`, kept in the lake and counted per minute. "
                + event.id().map(field -> "Counted once per `" + field + "`.").orElse("Every record counts.")
                + " Event time is "
                + event.time().map(field -> "`" + field + "`").orElse("the Kafka timestamp")
                + ", arrival is "
                + event.received().map(field -> "`" + field + "`").orElse("the Kafka timestamp") + ".");
        LateData late = contract.lateData();
        line("Late data: an event more than " + Words.duration(late.future())
                + " ahead of its arrival goes to quarantine; "
                + late.allowed()
                        .map(time -> "one more than " + Words.duration(time) + " behind it "
                                + (late.policy() == LateData.Policy.ACCEPT ? "is accepted all the same" : "as well"))
                        .orElse("however late it is accepted")
                + ".");
    }

    private void fields() {
        if (contract.value().isEmpty()) {
            line("## Fields");
            line("The schema is not ours: " + Markdown.text(contract.writtenBy()) + " registers it.");
            return;
        }
        line("## Fields");
        line(FieldRows.table(contract).stripTrailing());
        ObjectNode example = Examples.record(
                contract.requireValue(),
                field -> !contract.isEventKind() || !"always-received-at".equals(field.getProp("collector")));
        line("Example" + (contract.isEventKind() ? ", as a client sends it:" : ":"));
        line("```json\n" + example.toPrettyString() + "\n```");
    }

    private void quality() {
        Quality quality = contract.quality();
        if (quality.equals(Quality.NONE)) {
            return;
        }
        line("## Expected quality");
        List<String> rules = new ArrayList<>();
        quality.volume()
                .ifPresent(volume -> rules.add("- records per "
                        + volume.per().name().toLowerCase(Locale.ROOT) + ": "
                        + range(volume.min().map(String::valueOf), volume.max().map(String::valueOf))));
        quality.fields().forEach((field, rule) -> rules.add("- `" + field + "`: " + rule(rule)));
        line(String.join("\n", rules));
        line("Measured; no record is refused for it.");
    }

    private static String rule(Quality.FieldRule rule) {
        List<String> parts = new ArrayList<>();
        if (rule.min().isPresent() || rule.max().isPresent()) {
            parts.add(range(rule.min().map(Object::toString), rule.max().map(Object::toString)));
        }
        if (!rule.allowed().isEmpty()) {
            parts.add("one of " + Markdown.text(String.join(", ", rule.allowed())));
        }
        rule.maxNullRate().ifPresent(rate -> parts.add("null in at most " + rate * 100 + " % of the records"));
        return parts.isEmpty() ? "no rule" : String.join("; ", parts);
    }

    private static String range(Optional<String> min, Optional<String> max) {
        if (min.isPresent() && max.isPresent()) {
            return min.get() + " to " + max.get();
        }
        return min.map(value -> "at least " + value)
                .or(() -> max.map(value -> "at most " + value))
                .orElse("any");
    }

    private void versions() {
        if (contract.value().isEmpty()) {
            return;
        }
        line("## Released versions");
        List<String> lines = new ArrayList<>();
        Schema before = null;
        for (Map.Entry<Integer, Schema> version : released.entrySet()) {
            lines.add("- version " + version.getKey() + ": "
                    + (before == null ? "the first" : changes(before, version.getValue())));
            before = version.getValue();
        }
        Schema current = contract.requireValue();
        if (before == null) {
            lines.add("- none yet");
        } else if (!ReleasedVersions.sameForReaders(before, current)) {
            lines.add("- not released yet: " + changes(before, current));
        }
        line(String.join("\n", lines));
    }

    private static String changes(Schema before, Schema after) {
        List<Change> changes = SchemaDiff.between(before, after);
        return changes.isEmpty()
                ? "the order of fields or symbols"
                : changes.stream().map(Words::change).collect(Collectors.joining("; "));
    }

    private void line(String text) {
        page.append(page.isEmpty() ? "" : "\n").append(text).append('\n');
    }
}
