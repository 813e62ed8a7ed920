package io.millrace.connect.redis;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * The part in braces of a key template, which alone decides about the slot of a key in a cluster. Where it is made of
 * nothing but topic, partition and plain text, as in <code>{${topic}:${partition}}:${key}</code>, all keys of a partition
 * are in one slot, and so can be their ledger: one transaction may then hold both.
 *
 * @param template the text between the braces
 */
record SlotTag(String template) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    /** The tag of a key template; nothing when it has none, or one that differs between the records of a partition. */
    static Optional<SlotTag> of(String keyTemplate) {
        // Placeholders have braces of their own, which are gone in the key.
        String braceless = PLACEHOLDER.matcher(keyTemplate).replaceAll("\u0001$1\u0002");
        int open = braceless.indexOf('{');
        int close = braceless.indexOf('}', open + 1);
        if (open < 0 || close <= open + 1) {
            return Optional.empty();
        }
        String tag = braceless.substring(open + 1, close);
        // A field before the tag could bring braces of its own.
        String before = withoutPlace(braceless.substring(0, open));
        if (withoutPlace(tag).indexOf('\u0001') >= 0 || before.indexOf('\u0001') >= 0) {
            return Optional.empty();
        }
        return Optional.of(new SlotTag(tag));
    }

    private static String withoutPlace(String template) {
        return template.replace("\u0001topic\u0002", "").replace("\u0001partition\u0002", "");
    }

    /** The text in braces of the keys of a partition. */
    String of(TopicPartition partition) {
        return template.replace("\u0001topic\u0002", partition.topic())
                .replace("\u0001partition\u0002", Integer.toString(partition.partition()));
    }

    /** The text in braces of a key; empty when it has none. */
    static String in(String key) {
        int open = key.indexOf('{');
        int close = key.indexOf('}', open + 1);
        return open < 0 || close <= open + 1 ? "" : key.substring(open + 1, close);
    }
}
