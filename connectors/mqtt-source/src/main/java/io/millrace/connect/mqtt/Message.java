package io.millrace.connect.mqtt;

import java.util.List;

/**
 * One message as the broker sent it.
 *
 * @param topic MQTT topic that it was published to
 * @param payload its bytes; nobody changes them
 * @param qos 0, 1 or 2: the lower of what it was published with and what the subscription was granted
 * @param retained whether it is the topic's retained message, sent because a subscription is new
 * @param contentType what the publisher calls the payload; null when it does not say, and in MQTT 3.1.1
 * @param properties the publisher's user properties in their order; empty in MQTT 3.1.1
 * @param receivedAt when it arrived, in milliseconds since 1970 UTC
 */
record Message(
        String topic,
        byte[] payload,
        int qos,
        boolean retained,
        String contentType,
        List<Property> properties,
        long receivedAt) {

    /** A user property. */
    record Property(String name, String value) {}

    /** The value of the last user property of a name; null when there is none. */
    String property(String name) {
        String value = null;
        for (Property property : properties) {
            if (property.name().equals(name)) {
                value = property.value();
            }
        }
        return value;
    }
}
