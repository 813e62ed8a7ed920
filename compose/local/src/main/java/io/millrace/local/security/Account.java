package io.millrace.local.security;

/** The accounts of a secured stack, one for each part. What they may do in Kafka is in {@link KafkaAcls}. */
public enum Account {
    /** Superuser of Kafka: the broker itself, and {@code up} while it sets the others up. Has a certificate, no password. */
    KAFKA("kafka"),
    /** The control tool: {@code plan}, {@code apply}, {@code status}, {@code cdc}. */
    CONTROL("control"),
    /** The Connect worker's own topics and group. */
    CONNECT("connect"),
    /** Connectors that have no account of their own. */
    CONNECTORS("connectors"),
    WEB_HTTP("web-http"),
    SHOP_CDC("shop-cdc"),
    SERVING_REDIS("serving-redis"),
    SERVING_ELASTICSEARCH("serving-elasticsearch"),
    SPARK_SERVING("spark-serving"),
    SPARK_LAKE("spark-lake"),
    /** Reads what the others wrote: {@code demo} and the page. */
    READER("reader");

    private final String user;

    Account(String user) {
        this.user = user;
    }

    /** The user's name, which is the connector's or the service's where there is one. */
    public String user() {
        return user;
    }

    /** Name of the secret that is its password in Kafka. */
    public String kafkaPassword() {
        return "kafka." + user + ".password";
    }

    boolean isConnector() {
        return this == WEB_HTTP || this == SHOP_CDC || this == SERVING_REDIS || this == SERVING_ELASTICSEARCH;
    }

    /** Its role at the schema registry. */
    String registryRole() {
        return switch (this) {
            case CONTROL -> "sr-admin";
            case READER -> "sr-readonly";
            default -> "sr-developer";
        };
    }
}
