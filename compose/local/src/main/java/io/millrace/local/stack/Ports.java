package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;

/** The ports of a stack, and whether they are free. */
final class Ports {
    private Ports() {}

    static Map<Integer, String> of(StackAddress address) {
        Map<Integer, String> ports = new LinkedHashMap<>();
        ports.put(address.page(), "page");
        ports.put(address.httpSource(), "http-source");
        ports.put(address.kafka(), "kafka");
        ports.put(address.kafkaController(), "kafka's controller");
        ports.put(address.registry(), "registry");
        ports.put(address.registryManagement(), "registry's management");
        ports.put(address.connect(), "connect");
        ports.put(address.postgres(), "postgres");
        ports.put(address.elasticsearch(), "elasticsearch");
        ports.put(address.elasticsearchTransport(), "elasticsearch's transport");
        ports.put(address.redis(), "redis");
        ports.put(address.s3(), "s3");
        ports.put(address.servingDriver(), "spark-serving");
        ports.put(address.lakeDriver(), "spark-lake");
        ports.put(address.mqtt(), "mqtt");
        ports.put(address.watch(), "watch");
        ports.put(address.kafkaMetrics(), "kafka's metrics");
        ports.put(address.connectMetrics(), "connect's metrics");
        ports.put(address.kafkaInternal(), "kafka's internal listener");
        return ports;
    }

    /** @throws StackException when a port is taken, naming all that are and what would have listened there */
    static void requireFree(StackAddress address) {
        Map<Integer, String> taken = new LinkedHashMap<>(of(address));
        taken.keySet().removeIf(Ports::isFree);
        if (!taken.isEmpty()) {
            StringBuilder list = new StringBuilder();
            taken.forEach(
                    (port, service) -> list.append(list.isEmpty() ? "" : ", ").append(port + " (" + service + ")"));
            throw new StackException("another program listens on 127.0.0.1:" + list
                    + "; end it, or choose other ports with --port-base, for example --port-base "
                    + (address.portBase() + 100));
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(StackAddress.HOST), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
