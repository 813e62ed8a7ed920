package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RecordKey;
import io.millrace.connect.commons.Template;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.connect.sink.SinkRecord;

/** Which document of which index a record is about, in which version, and where it is routed. */
final class Addressing {

    private static final int LONGEST_ID_BYTES = 512;
    private static final int LONGEST_INDEX_BYTES = 255;
    private static final String FORBIDDEN = "\\/*?\"<>| ,#:";

    /** Only bounds what a name with too many values could pile up. */
    private static final int REMEMBERED = 10_000;

    private final Template index;
    private final Function<SinkRecord, String> id;
    private final Function<SinkRecord, Long> version;
    private final Optional<Template> routing;
    private final boolean usesValue;
    private final Map<String, String> names = new HashMap<>();

    Addressing(ElasticsearchSinkConfig config) {
        this.index = config.indexName();
        this.id = switch (config.idFrom()) {
            case WriteKeys.KEY -> RecordKey::of;
            case WriteKeys.COORDINATES -> Addressing::coordinates;
            default -> Template.parse(WriteKeys.ID_FROM, config.idFrom())::render;
        };
        this.version = switch (config.versionFrom()) {
            case WriteKeys.NONE -> record -> null;
            case WriteKeys.OFFSET -> SinkRecord::originalKafkaOffset;
            default -> parsed(Template.parse(WriteKeys.VERSION_FROM, config.versionFrom()));
        };
        this.routing = config.routingFrom();
        this.usesValue = Stream.of(
                        index.toString(),
                        config.idFrom(),
                        config.versionFrom(),
                        routing.map(Template::toString).orElse(""))
                .anyMatch(text -> text.contains("${value"));
    }

    /** Whether fields of the value take part in it. */
    boolean usesValue() {
        return usesValue;
    }

    /**
     * The name of the index: what the template says, in lower case.
     *
     * @throws RecordFailure when Elasticsearch has no index of such a name
     */
    String index(SinkRecord record) {
        String text = index.render(record);
        String name = names.get(text);
        if (name == null) {
            name = legal(text.toLowerCase(Locale.ROOT));
            if (names.size() >= REMEMBERED) {
                names.clear();
            }
            names.put(text, name);
        }
        return name;
    }

    /** Whether all records of a topic go to one index, which then is the topic's. */
    boolean hasOneIndexPerTopic() {
        return !index.tellsRecordsApart() && !index.toString().contains("${timestamp");
    }

    /**
     * The document's id.
     *
     * @throws RecordFailure when the record has none, or one that is too long
     */
    String id(SinkRecord record) {
        String text = id.apply(record);
        if (text.isEmpty()) {
            throw new RecordFailure("the document's id is empty; see " + WriteKeys.ID_FROM);
        }
        if (text.length() * 3L > LONGEST_ID_BYTES && text.getBytes(StandardCharsets.UTF_8).length > LONGEST_ID_BYTES) {
            throw new RecordFailure("the key is longer than the " + LONGEST_ID_BYTES + " bytes of a document id");
        }
        return text;
    }

    /** The external version; null when the document has none. */
    Long version(SinkRecord record) {
        return version.apply(record);
    }

    /** Where the document is routed; null for the usual place. */
    String routing(SinkRecord record) {
        return routing.isPresent() ? routing.get().render(record) : null;
    }

    private static String coordinates(SinkRecord record) {
        return record.originalTopic() + "+" + record.originalKafkaPartition() + "+" + record.originalKafkaOffset();
    }

    private static Function<SinkRecord, Long> parsed(Template template) {
        return record -> {
            if (record.value() == null && template.usesValue()) {
                throw new RecordFailure("a record without a value has no version in " + template
                        + " to delete its document with; take the version from a header, delete with change events that"
                        + " have the last value, or set " + WriteKeys.TOMBSTONES + "=ignore");
            }
            String text = template.render(record);
            try {
                long version = Long.parseLong(text);
                if (version >= 0) {
                    return version;
                }
            } catch (NumberFormatException notANumber) {
                // Reported below.
            }
            throw new RecordFailure("the version from " + template + " is not a whole number from 0 on");
        };
    }

    private static String legal(String name) {
        String fault = null;
        if (name.startsWith("_") || name.startsWith("-") || name.startsWith(".") || name.startsWith("+")) {
            fault = "must not start with '" + name.charAt(0) + "'";
        } else if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_INDEX_BYTES) {
            fault = "has 1 to " + LONGEST_INDEX_BYTES + " bytes";
        } else if (name.chars().anyMatch(c -> FORBIDDEN.indexOf(c) >= 0)) {
            fault = "has none of the characters " + FORBIDDEN;
        }
        if (fault == null) {
            return name;
        }
        throw new RecordFailure("'" + name + "' cannot be the name of an index, which " + fault + "; see "
                + WriteKeys.INDEX_NAME + ", or rename the topic with the RegexRouter transform");
    }
}
