package io.millrace.connect.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a client is at the broker.
 *
 * @param identity the client id, by which the broker knows the session again
 * @param clean whether to begin without a session, and to leave none
 * @param sessionExpiry seconds for which the broker keeps the session of a client that is gone; of MQTT 5 only
 * @param statusTopic where the broker finds the last will; empty for none
 */
record ClientSettings(
        BrokerAddress address,
        String identity,
        boolean clean,
        long sessionExpiry,
        Optional<String> user,
        Optional<String> password,
        Optional<TrustManagerFactory> trust,
        Optional<KeyManagerFactory> keys,
        boolean verifyHostname,
        int keepAliveSeconds,
        long connectTimeoutMs,
        int receiveMaximum,
        int maximumPacketSize,
        int qos,
        Optional<String> statusTopic) {
    static final byte[] ONLINE = "online".getBytes(StandardCharsets.UTF_8);
    static final byte[] OFFLINE = "offline".getBytes(StandardCharsets.UTF_8);

    /** A client that comes only to see whether it may, and leaves nothing behind. */
    ClientSettings visitor(String name) {
        return new ClientSettings(
                address,
                name,
                true,
                0,
                user,
                password,
                trust,
                keys,
                verifyHostname,
                keepAliveSeconds,
                connectTimeoutMs,
                receiveMaximum,
                maximumPacketSize,
                qos,
                Optional.empty());
    }

    byte[] passwordBytes() {
        return password.orElse("").getBytes(StandardCharsets.UTF_8);
    }

    /** Without what is secret. */
    @Override
    public String toString() {
        return identity + " at " + address;
    }
}
