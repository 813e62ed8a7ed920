package io.millrace.local.stack;

import io.millrace.local.StackAddress;

/** Prometheus' JMX exporter, as an agent within a server's JVM. */
final class JmxExporter {
    private JmxExporter() {}

    /** The JVM option that makes a server show its numbers on a port of the loopback address. */
    static String agent(StackContext context, int port, String service) {
        return "-javaagent:" + context.checkout().archive("jmx-exporter.jar") + "=" + StackAddress.HOST + ":" + port
                + ":" + context.checkout().prometheus().resolve("jmx").resolve(service + ".yaml");
    }
}
