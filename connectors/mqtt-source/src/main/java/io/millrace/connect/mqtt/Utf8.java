package io.millrace.connect.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text of payloads. */
final class Utf8 {
    private Utf8() {}

    /** @throws MalformedMessage when the bytes are not UTF-8; nothing is replaced without a word */
    static String text(byte[] payload) throws MalformedMessage {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessage("", "the payload is not UTF-8");
        }
    }
}
