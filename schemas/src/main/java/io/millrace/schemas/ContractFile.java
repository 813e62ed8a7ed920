package io.millrace.schemas;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** Reads one contract folder: {@code contract.yaml}, and {@code value.avsc} where we own the schema. */
final class ContractFile {
    /** Who writes a topic whose events come over HTTP. */
    private static final String HTTP_SOURCE = "http-source";

    private static final Set<String> MODES = Set.of(
            "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE", "NONE");

    private final YamlSection root;
    private final Optional<Schema> schema;

    private ContractFile(YamlSection root, Optional<Schema> schema) {
        this.root = root;
        this.schema = schema;
    }

    static Contract read(Path folder) {
        YamlSection root = YamlSection.read(folder.resolve("contract.yaml"))
                .only(
                        "description",
                        "owner",
                        "written_by",
                        "read_by",
                        "topic",
                        "compatibility",
                        "event",
                        "late_data",
                        "quality");
        String name = folder.getFileName().toString().replace("/", "");
        return new ContractFile(root, value(folder)).contract(name);
    }

    static String compatibilityOf(Path folder) {
        return new ContractFile(YamlSection.read(folder.resolve("contract.yaml")), value(folder)).compatibility();
    }

    private static Optional<Schema> value(Path folder) {
        Path avsc = folder.resolve("value.avsc");
        return Files.exists(avsc) ? Optional.of(SchemaFile.read(avsc)) : Optional.empty();
    }

    private Contract contract(String folder) {
        String writtenBy = root.optionalText("written_by")
                .or(() -> root.has("event") ? Optional.of(HTTP_SOURCE) : Optional.empty())
                .orElseThrow(() -> root.wrong("written_by", "is missing"));
        String description = root.optionalText("description")
                .or(() -> schema.map(Schema::getDoc))
                .orElse("Records of " + folder + ".");
        return new Contract(
                topic(folder),
                schema,
                compatibility(),
                description,
                root.text("owner"),
                writtenBy,
                root.list("read_by"),
                event(writtenBy),
                lateData(),
                quality());
    }

    private TopicSpec topic(String folder) {
        Optional<YamlSection> section = root.section("topic");
        String name = section.flatMap(
                        topic -> topic.only("name", "partitions", "replication", "cleanup", "retention", "key")
                                .optionalText("name"))
                .orElse(folder);
        if (!folder.equals(name)) {
            throw section.orElse(root).wrong("name", "is " + name + " but the folder is named " + folder);
        }
        return new TopicSpec(
                name,
                section.map(topic -> count(topic, "partitions")).orElse(1),
                section.map(topic -> (short) count(topic, "replication")).orElse((short) 1),
                section.flatMap(topic -> topic.oneOf("cleanup", TopicSpec.Cleanup.class))
                        .orElse(TopicSpec.Cleanup.DELETE),
                section.flatMap(topic -> topic.duration("retention")),
                section.map(this::key).orElse(List.of()));
    }

    private static int count(YamlSection topic, String key) {
        long value = topic.number(key).orElse(1L);
        if (value < 1 || value > Short.MAX_VALUE) {
            throw topic.wrong(key, "must be from 1 to " + Short.MAX_VALUE + ", not " + value);
        }
        return (int) value;
    }

    private List<String> key(YamlSection topic) {
        List<String> fields = topic.list("key").stream()
                .flatMap(text -> Stream.of(text.split("[|,]")))
                .map(String::strip)
                .toList();
        if (fields.equals(List.of("none"))) {
            return List.of();
        }
        schema.ifPresent(
                value -> fields.forEach(field -> new FieldReference(topic, "key", value, field).needs(FieldKind.KEY)));
        return fields;
    }

    /** With a schema of ours, the registry refuses what old readers cannot understand, unless the contract says otherwise. */
    private String compatibility() {
        String mode = root.optionalText("compatibility").orElse(schema.isPresent() ? "BACKWARD" : "NONE");
        if (!MODES.contains(mode)) {
            throw root.wrong("compatibility", "must not be " + mode + "; " + NearestName.hint(mode, MODES));
        }
        return mode;
    }

    private Optional<EventSpec> event(String writtenBy) {
        Optional<YamlSection> section = root.section("event");
        if (section.isEmpty() && !writtenBy.equals(HTTP_SOURCE)) {
            return Optional.empty();
        }
        section.ifPresent(event -> event.only("id", "time", "received", "internal"));
        if (schema.isEmpty()) {
            throw root.wrong(
                    section.isPresent() ? "event" : "written_by",
                    "makes this an event kind, which needs a value.avsc next to this file");
        }
        Optional<String> received = field(section, "received", "received_at", FieldKind.TIME);
        return Optional.of(new EventSpec(
                field(section, "id", "event_id", FieldKind.ID),
                field(section, "time", "event_time", FieldKind.TIME).or(() -> received),
                received,
                section.map(ContractFile::internal).orElse(false)));
    }

    private static boolean internal(YamlSection event) {
        String text = event.optionalText("internal").orElse("false");
        if (!List.of("true", "false").contains(text)) {
            throw event.wrong("internal", "must be true or false, not " + text);
        }
        return text.equals("true");
    }

    /** The field that the contract names, which must fit; otherwise the usual one if it is there and fits. */
    private Optional<String> field(Optional<YamlSection> section, String key, String usual, FieldKind kind) {
        Optional<String> named = section.flatMap(event -> event.optionalText(key));
        named.ifPresent(name -> new FieldReference(section.get(), key, schema.get(), name).needs(kind));
        return named.or(() -> Optional.ofNullable(schema.get().getField(usual))
                .filter(field -> kind.fits(field.schema()))
                .map(Schema.Field::name));
    }

    private LateData lateData() {
        return root.section("late_data")
                .map(late -> {
                    late.only("future", "allowed", "policy");
                    boolean unlimited = late.optionalText("allowed").stream().allMatch("unlimited"::equals);
                    return new LateData(
                            late.duration("future").orElse(LateData.DEFAULT.future()),
                            unlimited ? Optional.<Duration>empty() : late.duration("allowed"),
                            late.oneOf("policy", LateData.Policy.class).orElse(LateData.DEFAULT.policy()));
                })
                .orElse(LateData.DEFAULT);
    }

    private Quality quality() {
        return root.section("quality")
                .map(quality -> {
                    quality.only("volume", "fields");
                    Map<String, Quality.FieldRule> rules = new LinkedHashMap<>();
                    quality.section("fields").ifPresent(fields -> {
                        for (String name : fields.keys()) {
                            rules.put(name, rule(fields, name));
                        }
                    });
                    return new Quality(quality.section("volume").map(this::volume), rules);
                })
                .orElse(Quality.NONE);
    }

    private Quality.Volume volume(YamlSection volume) {
        volume.only("per", "min", "max");
        Quality.Volume.Per per = volume.oneOf("per", Quality.Volume.Per.class)
                .orElseThrow(() -> volume.wrong("per", "is missing; it is minute, hour or day"));
        refuseCrossed(volume, volume.decimal("min"), volume.decimal("max"));
        return new Quality.Volume(per, volume.number("min"), volume.number("max"));
    }

    private Quality.FieldRule rule(YamlSection fields, String name) {
        if (schema.isEmpty()) {
            throw fields.wrong(name, "cannot be judged: this contract has no value.avsc");
        }
        YamlSection section = fields.section(name).orElseThrow().only("min", "max", "max_null_rate", "allowed");
        FieldReference field = new FieldReference(fields, name, schema.get(), name);
        Optional<BigDecimal> min = section.decimal("min");
        Optional<BigDecimal> max = section.decimal("max");
        if (min.isPresent() || max.isPresent()) {
            field.needs(FieldKind.NUMBER);
            refuseCrossed(section, min, max);
        }
        List<String> allowed = section.list("allowed");
        if (!allowed.isEmpty()) {
            field.needs(FieldKind.LISTABLE);
            field.refuseUnknownSymbols(allowed);
        }
        Optional<Double> rate = section.decimal("max_null_rate").map(BigDecimal::doubleValue);
        if (rate.isPresent() && (rate.get() < 0 || rate.get() > 1)) {
            throw section.wrong("max_null_rate", "must be from 0 to 1, not " + rate.get());
        }
        field.exists();
        return new Quality.FieldRule(min, max, rate, allowed);
    }

    private static void refuseCrossed(YamlSection section, Optional<BigDecimal> min, Optional<BigDecimal> max) {
        if (min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) > 0) {
            throw section.wrong("min", "is " + min.get() + ", above max, which is " + max.get());
        }
    }
}
