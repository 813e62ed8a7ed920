package io.millrace.connect.mqtt;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * Makes the JSON object of an event out of a payload that is less than that: a bare value, or an object without what only
 * the topic says. Immutable.
 */
final class PayloadFields {
    /** What stands for itself in JSON when it is no object; everything else is text without quotes. */
    private static final Pattern VALUE =
            Pattern.compile("\".*\"|\\[.*]|true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?", Pattern.DOTALL);

    private final String valueField;
    private final Map<String, MessageTemplate> fields;

    /** @param valueField field for a payload that is no object; empty when there is none */
    PayloadFields(String valueField, Map<String, MessageTemplate> fields) {
        this.valueField = valueField;
        this.fields = fields;
    }

    /**
     * Reads {@code field=template} entries.
     *
     * @throws ConfigException when one is something else
     */
    static Map<String, MessageTemplate> parse(String key, List<String> entries) {
        Map<String, MessageTemplate> fields = new LinkedHashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            if (equals < 1) {
                throw new ConfigException(key, entry, "Use field=template, as device=${mqtt.topic[1]}");
            }
            String field = entry.substring(0, equals).trim();
            if (fields.put(
                            field,
                            MessageTemplate.parse(
                                    key, entry.substring(equals + 1).trim()))
                    != null) {
                throw new ConfigException(key, entry, "The field " + field + " is there twice");
            }
        }
        return fields;
    }

    /** The JSON text of the event; what is no object after this the reader of the contract refuses. */
    byte[] json(Message message) throws MalformedMessage {
        byte[] payload = message.payload();
        int start = start(payload);
        boolean object = start < payload.length && payload[start] == '{';
        if (object && fields.isEmpty() || !object && valueField.isEmpty()) {
            return payload;
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream(payload.length + 64 * (fields.size() + 1));
        json.write('{');
        boolean first = true;
        for (Map.Entry<String, MessageTemplate> field : fields.entrySet()) {
            member(json, first, field.getKey());
            text(json, field.getValue().render(message));
            first = false;
        }
        if (object) {
            int rest = start(payload, start + 1);
            if (!first && rest < payload.length && payload[rest] != '}') {
                json.write(',');
            }
            json.write(payload, rest, payload.length - rest);
        } else {
            member(json, first, valueField);
            value(json, Utf8.text(payload).trim());
            json.write('}');
        }
        return json.toByteArray();
    }

    private static void member(ByteArrayOutputStream json, boolean first, String name) {
        if (!first) {
            json.write(',');
        }
        text(json, name);
        json.write(':');
    }

    private static void value(ByteArrayOutputStream json, String text) {
        if (VALUE.matcher(text).matches()) {
            json.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        } else {
            text(json, text);
        }
    }

    private static void text(ByteArrayOutputStream json, String text) {
        json.write('"');
        json.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        json.write('"');
    }

    private static int start(byte[] payload) {
        return start(payload, 0);
    }

    private static int start(byte[] payload, int from) {
        int at = from;
        while (at < payload.length
                && (payload[at] == ' ' || payload[at] == '\n' || payload[at] == '\r' || payload[at] == '\t')) {
            at++;
        }
        return at;
    }
}
