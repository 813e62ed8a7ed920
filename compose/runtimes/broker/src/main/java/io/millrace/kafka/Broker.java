package io.millrace.kafka;

/**
 * Kafka's broker, as {@code kafka.Kafka} starts it, with {@link LeaderlessPartitions} mended before.
 *
 * <pre>
 *   java -cp RUNTIME_CLASS_PATH io.millrace.kafka.Broker server.properties
 * </pre>
 */
public final class Broker {
    private Broker() {}

    /** @param arguments those of {@code kafka.Kafka} */
    public static void main(String[] arguments) {
        LeaderlessPartitions.mend();
        kafka.Kafka.main(arguments);
    }
}
