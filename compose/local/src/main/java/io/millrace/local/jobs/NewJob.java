package io.millrace.local.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.stack.StackException;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.EventSpec;
import io.millrace.schemas.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * Begins an aggregate: a job that counts events per minute and value of some fields, the contract of what it serves, its
 * way into Elasticsearch and a dashboard. All of it works as it is, and is meant to be edited.
 */
final class NewJob {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,60}");
    private static final Pattern TOPICS = Pattern.compile("(\"topics\"\\s*:\\s*\"[^\"]*)\"");

    private final Path root;
    private final String name;
    private final Contract source;
    private final List<Schema.Field> by;
    private final String owner;

    private NewJob(Path root, String name, Contract source, List<Schema.Field> by, String owner) {
        this.root = root;
        this.name = name;
        this.source = source;
        this.by = by;
        this.owner = owner;
    }

    /**
     * Writes the files; gives their paths, relative to the checkout.
     *
     * @param root the checkout
     * @param reads topic of the events
     * @param by fields that events are counted by
     * @throws StackException when something of that name is there, or a field is not
     */
    static List<String> create(Path root, String name, String reads, List<String> by, String owner) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new StackException("a job's name has small letters, digits and _, not " + name);
        }
        Catalogue catalogue = Catalogue.read(root.resolve("schemas/contracts"));
        Contract source = catalogue.require(reads);
        Schema schema = source.requireValue();
        List<Schema.Field> fields = new ArrayList<>();
        for (String each : by) {
            Schema.Field field = schema.getField(each);
            if (field == null) {
                throw new StackException(reads + " has no field " + each + "; "
                        + NearestName.hint(
                                each,
                                schema.getFields().stream()
                                        .map(Schema.Field::name)
                                        .toList()));
            }
            type(field);
            fields.add(field);
        }
        return new NewJob(root, name, source, fields, owner).write();
    }

    private String topic() {
        return "serving." + name;
    }

    private List<String> write() throws IOException {
        Map<String, String> files = new TreeMap<>();
        files.put("spark-jobs/jobs/" + name + "/job.yaml", job());
        files.put("spark-jobs/jobs/" + name + "/query.sql", query());
        files.put("schemas/contracts/" + topic() + "/contract.yaml", contract());
        files.put("schemas/contracts/" + topic() + "/value.avsc", schema());
        files.put("compose/kibana/dashboards/" + name.replace('_', '-') + ".yaml", dashboard());
        for (String file : files.keySet()) {
            if (Files.exists(root.resolve(file))) {
                throw new StackException(file + " is there already; choose another name");
            }
        }
        String connector = "connect-configs/connectors/serving-elasticsearch.json";
        Matcher topics = TOPICS.matcher(Files.readString(root.resolve(connector)));
        if (!topics.find()) {
            throw new StackException(connector + " has no list of topics to add " + topic() + " to");
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        Files.writeString(
                root.resolve(connector),
                topics.replaceFirst(Matcher.quoteReplacement(topics.group(1) + "," + topic() + "\"")));
        List<String> written = new ArrayList<>(files.keySet());
        written.add(connector);
        return written;
    }

    private String job() {
        String time = source.event().isPresent() ? "" : "  time: " + time() + "\n";
        return """
                description: Events of %s per %s and minute.
                owner: %s
                source:
                  topic: %s
                %s  # An event that comes later than this behind the newest one is dropped, and counted as late.
                  watermark: 1h
                trigger: 2s
                sink:
                  topic: %s
                """
                .formatted(source.name(), String.join(", ", names()), owner, source.name(), time, topic());
    }

    private String query() {
        String groups = by.stream()
                .map(field -> "  " + expression(field) + " AS " + field.name() + ",\n")
                .collect(Collectors.joining());
        String group = by.stream().map(NewJob::expression).collect(Collectors.joining(", "));
        return """
                SELECT
                %s  window.start AS window_start,
                  window.end AS window_end,
                  count(*) AS events,
                  max(%s) AS newest_event_time,
                  min(%s) AS oldest_received_at,
                  max(%s) AS newest_received_at
                FROM events
                GROUP BY %s, window(%s, '1 minute')
                """
                .formatted(groups, time(), received(), received(), group, time());
    }

    /** A key has no nulls, and its text is not too long for the id of a document. */
    private static String expression(Schema.Field field) {
        boolean text = type(field).equals("string");
        String value = text ? "left(CAST(" + field.name() + " AS STRING), 200)" : field.name();
        if (field.schema().getType() != Schema.Type.UNION) {
            return value;
        }
        return "coalesce(" + value + ", " + (text ? "'unknown'" : type(field).equals("boolean") ? "false" : "-1") + ")";
    }

    private String contract() {
        return """
                description: >-
                  Events of %s per %s and minute.
                owner: %s
                written_by: "spark: %s"
                read_by:
                  - "connector: serving-elasticsearch"
                topic:
                  name: %s
                  partitions: 2
                  replication: 1
                  cleanup: compact
                  key: %s|window_start
                compatibility: BACKWARD
                """
                .formatted(source.name(), String.join(", ", names()), owner, name, topic(), String.join("|", names()));
    }

    private String schema() {
        ObjectNode schema = JSON.createObjectNode().put("type", "record");
        schema.put(
                "name",
                Stream.of(name.split("_"))
                        .filter(word -> !word.isEmpty())
                        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                        .collect(Collectors.joining()));
        schema.put("namespace", "io.millrace.events");
        schema.put("doc", "Events of " + source.name() + " per " + String.join(", ", names()) + " and minute.");
        ArrayNode fields = schema.putArray("fields");
        by.forEach(field -> fields.addObject()
                .put("name", field.name())
                .put("type", type(field))
                .put("doc", field.doc() == null ? "As in " + source.name() + "." : field.doc()));
        time(fields, "window_start", "Start of the minute, inclusive, in event time.");
        time(fields, "window_end", "End of the minute, exclusive.");
        fields.addObject().put("name", "events").put("type", "long").put("doc", "Events in the minute.");
        time(fields, "updated_at", "When the job wrote this state.");
        time(fields, "newest_event_time", "Newest event time in it.");
        time(fields, "oldest_received_at", "Oldest received_at in it.");
        time(fields, "newest_received_at", "Newest received_at in it.");
        return schema.toPrettyString() + "\n";
    }

    private static void time(ArrayNode fields, String name, String doc) {
        ObjectNode field = fields.addObject().put("name", name);
        field.putObject("type").put("type", "long").put("logicalType", "timestamp-millis");
        field.put("doc", doc);
    }

    private String dashboard() {
        String first = by.get(0).name();
        return """
                title: %s
                description: Events of %s per %s and minute.
                panels:
                  - {title: Events, chart: metric, from: %s, value: sum(events) as Events, every: 1m}
                  - {title: Events over time, chart: area, from: %s, value: sum(events) as Events, split: top 6 %s, every: 1m, size: 36x14}
                  - {title: Events by %s, chart: rows, from: %s, value: sum(events) as Events, by: top 10 %s, every: 1m, size: 48x14}
                """
                .formatted(
                        title(),
                        source.name(),
                        String.join(", ", names()),
                        topic(),
                        topic(),
                        first,
                        first,
                        topic(),
                        first);
    }

    private String title() {
        String words = name.replace('_', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private List<String> names() {
        return by.stream().map(Schema.Field::name).toList();
    }

    private String time() {
        return source.event()
                .flatMap(EventSpec::time)
                .or(() -> present("event_time"))
                .orElse("kafka_timestamp");
    }

    private String received() {
        return source.event()
                .flatMap(EventSpec::received)
                .or(() -> present("received_at"))
                .orElse("kafka_timestamp");
    }

    private java.util.Optional<String> present(String field) {
        return java.util.Optional.ofNullable(field)
                .filter(each -> source.requireValue().getField(each) != null);
    }

    /** The type of a key's field that is made of this one. */
    private static String type(Schema.Field field) {
        Schema schema = field.schema();
        if (schema.getType() == Schema.Type.UNION) {
            schema = schema.getTypes().stream()
                    .filter(each -> each.getType() != Schema.Type.NULL)
                    .findFirst()
                    .orElse(schema);
        }
        if (schema.getLogicalType() == null) {
            switch (schema.getType()) {
                case STRING, ENUM:
                    return "string";
                case INT, LONG, BOOLEAN:
                    return schema.getType().getName();
                default:
                    break;
            }
        }
        throw new StackException(
                "events cannot be counted by " + field.name() + ": it is neither text nor a whole number");
    }
}
