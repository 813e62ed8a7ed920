package io.millrace.local;

/**
 * Where the parts of an embedded stack listen: fixed distances from one port base, always on the loopback address.
 *
 * @param portBase first port of the range; {@value #DEFAULT_PORT_BASE} unless told otherwise
 */
public record StackAddress(int portBase) {
    public static final int DEFAULT_PORT_BASE = 28000;
    public static final String HOST = "127.0.0.1";
    /** How many ports a stack takes, beginning at its port base. */
    public static final int PORTS = 19;

    public int page() {
        return portBase;
    }

    public int httpSource() {
        return portBase + 1;
    }

    public int kafka() {
        return portBase + 2;
    }

    public int kafkaController() {
        return portBase + 3;
    }

    public int registry() {
        return portBase + 4;
    }

    public int registryManagement() {
        return portBase + 5;
    }

    public int connect() {
        return portBase + 6;
    }

    public int postgres() {
        return portBase + 7;
    }

    public int elasticsearch() {
        return portBase + 8;
    }

    public int elasticsearchTransport() {
        return portBase + 9;
    }

    public int redis() {
        return portBase + 10;
    }

    public int s3() {
        return portBase + 11;
    }

    public int servingDriver() {
        return portBase + 12;
    }

    public int lakeDriver() {
        return portBase + 13;
    }

    public int mqtt() {
        return portBase + 14;
    }

    /** Measurements and what the probes found, for Prometheus. */
    public int watch() {
        return portBase + 15;
    }

    /** The broker's numbers, for Prometheus. */
    public int kafkaMetrics() {
        return portBase + 16;
    }

    /** The Connect worker's numbers, for Prometheus. */
    public int connectMetrics() {
        return portBase + 17;
    }

    /** Between the broker's own parts, on a secured stack only. */
    public int kafkaInternal() {
        return portBase + 18;
    }

    /** {@code http://127.0.0.1:port}, without a slash at the end. */
    public static String url(int port) {
        return "http://" + HOST + ":" + port;
    }
}
