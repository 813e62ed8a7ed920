package io.millrace.connect.mqtt;

import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.TextTemplate;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** A text that a message fills in. Immutable. */
final class MessageTemplate {
    private static final Pattern LEVEL = Pattern.compile("mqtt\\.topic\\[(\\d{1,4})]");
    private static final String PROPERTY = "property.";
    private static final String PLACEHOLDERS = "${mqtt.topic}, ${mqtt.topic[N]} and ${property.NAME}";

    private final TextTemplate<Message> text;

    private MessageTemplate(TextTemplate<Message> text) {
        this.text = text;
    }

    /**
     * A template of a record's key or identity.
     *
     * @param key the configuration key that it comes from
     * @throws ConfigException when it is empty or names a placeholder that does not exist
     */
    static MessageTemplate parse(String key, String text) {
        return new MessageTemplate(TextTemplate.parse(key, text, placeholder -> part(key, text, placeholder, "/")));
    }

    /** A template of a Kafka topic, in whose name slashes cannot be. */
    static MessageTemplate topic(String key, String text) {
        return new MessageTemplate(TextTemplate.parse(key, text, placeholder -> part(key, text, placeholder, ".")));
    }

    /** Checks a template in a {@link ConfigDef}; an empty one passes. */
    static ConfigDef.Validator validator() {
        return ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    if (value != null && !((String) value).isEmpty()) {
                        parse(name, (String) value);
                    }
                },
                () -> "text with " + PLACEHOLDERS);
    }

    /** @throws MalformedMessage when the message lacks what the template asks for */
    String render(Message message) throws MalformedMessage {
        try {
            return text.render(message);
        } catch (RecordFailure missing) {
            throw new MalformedMessage("", missing.getMessage());
        }
    }

    /** The text for a message; empty when it lacks what the template asks for. */
    Optional<String> find(Message message) {
        try {
            return Optional.of(text.render(message));
        } catch (RecordFailure missing) {
            return Optional.empty();
        }
    }

    private static Function<Message, String> part(String key, String text, String placeholder, String separator) {
        if (placeholder.equals("mqtt.topic")) {
            return message -> message.topic().replace("/", separator);
        }
        Matcher level = LEVEL.matcher(placeholder);
        if (level.matches()) {
            int number = Integer.parseInt(level.group(1));
            return message -> level(message.topic(), number, placeholder);
        }
        if (placeholder.startsWith(PROPERTY)) {
            String name = placeholder.substring(PROPERTY.length());
            return message -> required(message.property(name), placeholder);
        }
        throw new ConfigException(key, text, "There is no ${" + placeholder + "}; use " + PLACEHOLDERS);
    }

    private static String level(String topic, int number, String placeholder) {
        String[] levels = topic.split("/", -1);
        return required(number < levels.length ? levels[number] : null, placeholder);
    }

    private static String required(String value, String placeholder) {
        if (value == null || value.isEmpty()) {
            throw new RecordFailure("the message has nothing for ${" + placeholder + "}");
        }
        return value;
    }
}
