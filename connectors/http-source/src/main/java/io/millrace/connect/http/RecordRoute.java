package io.millrace.connect.http;

import io.millrace.connect.commons.FieldPath;
import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.TextTemplate;
import io.millrace.connect.commons.contract.ContractEvent;
import io.millrace.connect.commons.contract.Shown;
import io.millrace.connect.http.answer.Rejection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where records of one kind go, and with which key. Immutable.
 *
 * @param kind the topic of the kind
 * @param topic makes the topic of a record; empty: the kind's own
 * @param allowed the topics that it may make
 * @param key makes the key of a record; empty: the key fields of the contract
 */
record RecordRoute(
        String kind, Optional<TextTemplate<Sent>> topic, Set<String> allowed, Optional<TextTemplate<Sent>> key) {
    private static final String PLACEHOLDERS =
            "${topic}, ${key}, ${value.FIELD}, ${header.NAME}, ${client} and ${timestamp:PATTERN}";

    /** What templates may use. */
    record Sent(String kind, ContractEvent event, ClientFacts client, long receivedAt, Map<String, String> headers) {}

    /** @param key null for none */
    record Target(String topic, String key) {}

    /** The kind's own topic and key. */
    static RecordRoute to(String kind) {
        return new RecordRoute(kind, Optional.empty(), Set.of(), Optional.empty());
    }

    /** The same for another kind. */
    RecordRoute of(String otherKind) {
        return new RecordRoute(otherKind, topic, allowed, key);
    }

    /** @throws ConfigException when the text names a placeholder that does not exist */
    static TextTemplate<Sent> template(String name, String text) {
        return TextTemplate.parse(name, text, placeholder -> part(name, text, placeholder));
    }

    /** @throws Rejection when the event lacks what a template asks for, or makes a topic that is not allowed */
    Target of(int index, ContractEvent event, ClientFacts client, long receivedAt, Map<String, String> headers)
            throws Rejection {
        if (topic.isEmpty() && key.isEmpty()) {
            return new Target(kind, event.key());
        }
        Sent sent = new Sent(kind, event, client, receivedAt, headers);
        try {
            String to = topic.isPresent() ? topic.get().render(sent) : kind;
            if (topic.isPresent() && !allowed.contains(to)) {
                throw Rejection.invalidEvent(
                        index,
                        null,
                        "would go to the topic " + Shown.cut(to) + ", which is none of "
                                + HttpSourceConfig.TOPIC_ALLOWED + ": " + Shown.names(allowed));
            }
            return new Target(to, key.isPresent() ? key.get().render(sent) : event.key());
        } catch (RecordFailure e) {
            throw Rejection.invalidEvent(index, null, "cannot be addressed: " + e.getMessage());
        }
    }

    private static Function<Sent, String> part(String name, String text, String placeholder) {
        if (placeholder.equals("topic")) {
            return Sent::kind;
        }
        if (placeholder.equals("key")) {
            return sent -> require(sent.event().key(), placeholder);
        }
        if (placeholder.equals("client")) {
            return sent -> require(sent.client().name(), placeholder);
        }
        if (placeholder.startsWith("value.")) {
            FieldPath path = new FieldPath(placeholder.substring("value.".length()));
            return sent -> require(
                    path.in(sent.event().value().schema(), sent.event().value())
                            .map(FieldPath.Found::rendered)
                            .orElse(null),
                    placeholder);
        }
        if (placeholder.startsWith("header.")) {
            String header = placeholder.substring("header.".length());
            return sent -> require(sent.headers().get(header), placeholder);
        }
        if (placeholder.startsWith("timestamp:")) {
            DateTimeFormatter format = format(name, text, placeholder.substring("timestamp:".length()));
            return sent -> format.format(Instant.ofEpochMilli(sent.receivedAt()));
        }
        throw new ConfigException(name, text, "There is no ${" + placeholder + "}; use " + PLACEHOLDERS);
    }

    private static DateTimeFormatter format(String name, String text, String pattern) {
        try {
            return DateTimeFormatter.ofPattern(pattern).withZone(ZoneOffset.UTC);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name, text, "The pattern " + pattern + " is not one of a date or time");
        }
    }

    private static String require(String value, String placeholder) {
        if (value == null || value.isEmpty()) {
            throw new RecordFailure("it has nothing for ${" + placeholder + "}");
        }
        return value;
    }
}
