package io.millrace.connect.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The identity of a message, which is the same when it comes again. MQTT itself has none: packet identifiers are used
 * again, and differ from one connection to the next.
 */
final class EventId {
    private static final int BYTES = 16;

    private final Optional<MessageTemplate> template;

    EventId(Optional<MessageTemplate> template) {
        this.template = template;
    }

    /** Never null. */
    String of(Message message) {
        return template.flatMap(one -> one.find(message)).orElseGet(() -> digest(message));
    }

    /** Each part with its length before it, so that no two messages have the same bytes. */
    private static String digest(Message message) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
        add(digest, message.topic().getBytes(StandardCharsets.UTF_8));
        for (Message.Property property : message.properties()) {
            add(digest, property.name().getBytes(StandardCharsets.UTF_8));
            add(digest, property.value().getBytes(StandardCharsets.UTF_8));
        }
        add(digest, message.payload());
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    private static void add(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }
}
