package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import java.util.List;

/** Prometheus' JMX exporter, as an agent within a server's JVM. */
final class JmxExporter {
    private JmxExporter() {}

    /**
     * The JVM option that makes a server show its numbers on a port of the loopback address; none on a secured stack, as
     * the exporter would show them to everybody.
     */
    static List<String> agent(StackContext context, int port, String service) {
        if (context.access().isSecured()) {
            return List.of();
        }
        return List.of("-javaagent:" + context.checkout().archive("jmx-exporter.jar") + "=" + StackAddress.HOST + ":"
                + port + ":"
                + context.checkout().prometheus().resolve("jmx").resolve(service + ".yaml"));
    }
}
