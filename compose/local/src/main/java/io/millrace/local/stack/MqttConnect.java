package io.millrace.local.stack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The first packet of an MQTT 3.1.1 client without a session. */
final class MqttConnect {
    private static final int CLEAN_SESSION = 0x02;
    private static final int WITH_USER_AND_PASSWORD = 0xC0;
    private static final int KEEP_ALIVE_SECONDS = 10;

    private MqttConnect() {}

    /** @param user null for none, and then without a password */
    static byte[] packet(String clientId, String user, String password) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(4);
        body.write(CLEAN_SESSION | (user == null ? 0 : WITH_USER_AND_PASSWORD));
        body.write(0);
        body.write(KEEP_ALIVE_SECONDS);
        text(body, clientId);
        if (user != null) {
            text(body, user);
            text(body, password);
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(0x10);
        packet.write(body.size()); // one byte long: names and passwords are short
        packet.writeBytes(body.toByteArray());
        return packet.toByteArray();
    }

    private static void text(ByteArrayOutputStream into, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        into.write(bytes.length >> 8);
        into.write(bytes.length);
        into.writeBytes(bytes);
    }
}
