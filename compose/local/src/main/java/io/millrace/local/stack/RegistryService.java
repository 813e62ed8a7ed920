package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Apicurio Registry, which keeps its schemas in PostgreSQL so that their ids outlive it. */
final class RegistryService {
    static final String NAME = "registry";

    private RegistryService() {}

    static ServiceSpec spec(StackContext context) {
        Path jar = context.servers().registryJar();
        int port = context.address().registry();
        List<String> command = StackContext.smallJava(
                "256m",
                "-XX:MaxMetaspaceSize=256m",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-jar",
                jar.toString());
        return ServiceSpec.of(
                        NAME,
                        port,
                        context.folder().conf(NAME),
                        () -> context.servers().unpack(Servers.REGISTRY),
                        command,
                        context.probes().httpOk(StackAddress.url(port) + "/apis/ccompat/v7/subjects"))
                .with(environment(context.address(), context.secrets().get(Secrets.REGISTRY)))
                .after(Node.Dependency.onAll(Databases.REGISTRY_TASK));
    }

    static Map<String, String> environment(StackAddress address, String password) {
        return Map.ofEntries(
                Map.entry("QUARKUS_HTTP_HOST", StackAddress.HOST),
                Map.entry("QUARKUS_HTTP_PORT", Integer.toString(address.registry())),
                Map.entry("QUARKUS_MANAGEMENT_HOST", StackAddress.HOST),
                Map.entry("QUARKUS_MANAGEMENT_PORT", Integer.toString(address.registryManagement())),
                Map.entry("QUARKUS_HTTP_ACCESS_LOG_ENABLED", "false"),
                Map.entry("APICURIO_STORAGE_KIND", "sql"),
                Map.entry("APICURIO_STORAGE_SQL_KIND", "postgresql"),
                Map.entry(
                        "APICURIO_DATASOURCE_URL",
                        "jdbc:postgresql://" + StackAddress.HOST + ":" + address.postgres() + "/registry"),
                Map.entry("APICURIO_DATASOURCE_USERNAME", "registry"),
                Map.entry("APICURIO_DATASOURCE_PASSWORD", password),
                // Twenty connections, which is the default, are twenty processes of PostgreSQL.
                Map.entry("APICURIO_DATASOURCE_JDBC_INITIAL_SIZE", "2"),
                Map.entry("APICURIO_DATASOURCE_JDBC_MIN_SIZE", "2"),
                Map.entry("APICURIO_DATASOURCE_JDBC_MAX_SIZE", "10"));
    }
}
