package io.millrace.connect.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where the broker is.
 *
 * @param tls whether the connection is encrypted
 */
record BrokerAddress(String host, int port, boolean tls) {
    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;
    private static final String FORM = "Use mqtt://host:port or mqtts://host:port";

    /** @throws ConfigException when it is something else, or carries credentials */
    static BrokerAddress parse(String key, String text) {
        try {
            URI uri = new URI(text.trim());
            boolean tls = "mqtts".equals(uri.getScheme());
            if (uri.getUserInfo() != null) {
                throw new ConfigException(
                        key,
                        "[hidden]",
                        "Credentials belong in " + MqttKeys.USERNAME + " and " + MqttKeys.PASSWORD
                                + ", where they are hidden");
            }
            if (uri.getHost() == null
                    || !(tls || "mqtt".equals(uri.getScheme()))
                    || !(uri.getPath().isEmpty() || uri.getPath().equals("/"))) {
                throw new ConfigException(key, text, FORM);
            }
            int port = uri.getPort() >= 0 ? uri.getPort() : tls ? TLS_PORT : PORT;
            return new BrokerAddress(uri.getHost(), port, tls);
        } catch (URISyntaxException malformed) {
            // What is before an @ may be a password.
            throw new ConfigException(key, text.contains("@") ? "[hidden]" : text, FORM);
        }
    }

    @Override
    public String toString() {
        return (tls ? "mqtts://" : "mqtt://") + host + ":" + port;
    }
}
