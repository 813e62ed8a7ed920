package io.millrace.connect.redis;

import java.nio.charset.StandardCharsets;

/**
 * A command as it goes over the wire.
 *
 * @param name the command's name
 * @param arguments its arguments
 */
record RedisCommand(byte[] name, byte[][] arguments) {

    static RedisCommand of(String name, String... arguments) {
        byte[][] encoded = new byte[arguments.length][];
        for (int i = 0; i < arguments.length; i++) {
            encoded[i] = bytes(arguments[i]);
        }
        return new RedisCommand(bytes(name), encoded);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
