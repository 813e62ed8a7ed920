package io.millrace.connect.configs.environment;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.Patience;
import io.millrace.schemas.SchemaRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;

/**
 * Clients of an environment's servers, each made when it is first asked for and closed together. Not safe for several
 * threads, but the clients that it gives are.
 */
public final class Clusters implements AutoCloseable {
    /** How long a request waits for a worker group that rebalances. */
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    private final Environment environment;
    private ConnectClient connect;
    private Admin admin;
    private Optional<SchemaRegistry> registry;

    Clusters(Environment environment) {
        this.environment = environment;
    }

    /** Connect's REST interface. */
    public ConnectClient connect() {
        if (connect == null) {
            connect = new ConnectClient(environment.connect().address(), PATIENCE);
        }
        return connect;
    }

    /** The brokers, for administration. */
    public Admin admin() {
        if (admin == null) {
            Map<String, Object> properties = environment.kafka().clientProperties();
            properties.putIfAbsent("client.id", "millrace-control");
            properties.putIfAbsent("default.api.timeout.ms", "10000");
            properties.putIfAbsent("request.timeout.ms", "8000");
            admin = Admin.create(properties);
        }
        return admin;
    }

    /** Properties for a consumer of these brokers that joins no group and reads only what is committed. */
    public Map<String, Object> consumerProperties() {
        Map<String, Object> properties = new HashMap<>(environment.kafka().clientProperties());
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        return properties;
    }

    /** Properties for a client that writes to these brokers. */
    public Map<String, Object> kafkaProperties() {
        return environment.kafka().clientProperties();
    }

    /** The schema registry; empty when the environment has none. */
    public Optional<SchemaRegistry> registry() {
        if (registry == null) {
            registry = environment.registry().map(RegistryAccess::client);
        }
        return registry;
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(2));
        }
    }
}
