package io.millrace.local.security;

import io.millrace.local.StackAddress;
import io.millrace.local.stack.Secrets;
import io.millrace.schemas.Contract;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whoever can open a connection on the loopback address is let in, save to PostgreSQL and S3. */
public final class OpenSecurity implements Security {
    private final StackAddress address;
    private final Secrets secrets;

    public OpenSecurity(StackAddress address, Secrets secrets) {
        this.address = address;
        this.secrets = secrets;
    }

    @Override
    public Access access() {
        return Access.open(address);
    }

    @Override
    public void prepare() {
        // Nothing is needed.
    }

    @Override
    public List<String> javaOptions() {
        return List.of();
    }

    @Override
    public String broker() {
        return """
                listeners=PLAINTEXT://%1$s:%2$d,CONTROLLER://%1$s:%3$d
                advertised.listeners=PLAINTEXT://%1$s:%2$d
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                """
                .formatted(StackAddress.HOST, address.kafka(), address.kafkaController());
    }

    @Override
    public void admitToBroker() {
        // Everybody may do everything.
    }

    @Override
    public void permit(Collection<Contract> contracts) {
        // Everybody may do everything.
    }

    @Override
    public List<String> workerOptions() {
        return List.of();
    }

    @Override
    public String worker() {
        return "listeners=http://" + StackAddress.HOST + ":" + address.connect() + "\n";
    }

    @Override
    public Map<String, String> workerEnvironment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("MILLRACE_SHOP_CDC_PASSWORD", secrets.get(Secrets.SHOP_CDC));
        variables.put("MILLRACE_REPORTING_PASSWORD", secrets.get(Secrets.REPORTING));
        variables.put("MILLRACE_PERSONAL_DATA_KEY", secrets.get(Secrets.PERSONAL_DATA));
        variables.put("MILLRACE_REDIS_URI", "redis://" + StackAddress.HOST + ":" + address.redis());
        variables.put("MILLRACE_MQTT_URI", "mqtt://" + StackAddress.HOST + ":" + address.mqtt());
        variables.put("MILLRACE_S3_ACCESS_KEY", secrets.get(Secrets.S3_ACCESS_KEY));
        variables.put("MILLRACE_S3_SECRET_KEY", secrets.get(Secrets.S3_SECRET_KEY));
        return variables;
    }

    @Override
    public Map<String, String> registryEnvironment() {
        return Map.of(
                "QUARKUS_HTTP_PORT", Integer.toString(address.registry()),
                "QUARKUS_MANAGEMENT_HOST", StackAddress.HOST,
                "QUARKUS_MANAGEMENT_PORT", Integer.toString(address.registryManagement()));
    }

    @Override
    public List<String> registryOptions() {
        return List.of();
    }

    @Override
    public List<String> postgresOptions(Path conf) {
        return List.of();
    }

    @Override
    public void postgresFiles(Path conf) {
        // None.
    }

    @Override
    public String elasticsearch() {
        return "xpack.security.enabled: false\n";
    }

    @Override
    public void elasticsearchFiles(Path config) {
        // None.
    }

    @Override
    public String redis() {
        return "port " + address.redis() + "\n";
    }

    @Override
    public String s3() {
        return "s3proxy.endpoint=" + access().url(address.s3()) + "\n";
    }

    @Override
    public String mqttListener() {
        return "<tcp-listener><port>%d</port><bind-address>%s</bind-address></tcp-listener>"
                .formatted(address.mqtt(), StackAddress.HOST);
    }

    @Override
    public Map<String, String> mqttEnvironment() {
        return Map.of();
    }

    @Override
    public String driver(Account account) {
        return """
                s3.access.key=${env:MILLRACE_S3_ACCESS_KEY}
                s3.secret.key=${env:MILLRACE_S3_SECRET_KEY}
                """;
    }

    @Override
    public Map<String, String> driverEnvironment() {
        return Map.of(
                "MILLRACE_S3_ACCESS_KEY", secrets.get(Secrets.S3_ACCESS_KEY),
                "MILLRACE_S3_SECRET_KEY", secrets.get(Secrets.S3_SECRET_KEY));
    }

    @Override
    public PageSecurity page() {
        return PageSecurity.NONE;
    }
}
