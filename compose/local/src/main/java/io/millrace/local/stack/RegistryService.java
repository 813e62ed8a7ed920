package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.security.Part;
import io.millrace.local.security.Security;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Apicurio Registry, which keeps its schemas in PostgreSQL so that their ids outlive it. */
final class RegistryService {
    static final String NAME = "registry";

    private RegistryService() {}

    static ServiceSpec spec(StackContext context) {
        Path jar = context.servers().registryJar();
        int port = context.address().registry();
        List<String> options = new ArrayList<>(
                List.of("-XX:MaxMetaspaceSize=256m", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"));
        options.addAll(context.security().registryOptions());
        options.addAll(List.of("-jar", jar.toString()));
        List<String> command = StackContext.smallJava("256m", options.toArray(String[]::new));
        return ServiceSpec.of(
                        NAME,
                        port,
                        context.folder().conf(NAME),
                        () -> context.servers().unpack(Servers.REGISTRY),
                        command,
                        context.probes()
                                .httpOk(Part.REGISTRY, context.access().url(port) + "/apis/ccompat/v7/subjects"))
                .with(environment(context.security(), context.secrets().get(Secrets.REGISTRY)))
                .after(Node.Dependency.onAll(Databases.REGISTRY_TASK));
    }

    static Map<String, String> environment(Security security, String password) {
        Access access = security.access();
        Map<String, String> variables = new HashMap<>(security.registryEnvironment());
        variables.putAll(Map.ofEntries(
                Map.entry("QUARKUS_HTTP_HOST", StackAddress.HOST),
                Map.entry("QUARKUS_HTTP_ACCESS_LOG_ENABLED", "false"),
                Map.entry("APICURIO_STORAGE_KIND", "sql"),
                Map.entry("APICURIO_STORAGE_SQL_KIND", "postgresql"),
                Map.entry("APICURIO_DATASOURCE_URL", access.jdbc("registry")),
                Map.entry("APICURIO_DATASOURCE_USERNAME", "registry"),
                Map.entry("APICURIO_DATASOURCE_PASSWORD", password),
                // Twenty connections, which is the default, are twenty processes of PostgreSQL.
                Map.entry("APICURIO_DATASOURCE_JDBC_INITIAL_SIZE", "2"),
                Map.entry("APICURIO_DATASOURCE_JDBC_MIN_SIZE", "2"),
                Map.entry("APICURIO_DATASOURCE_JDBC_MAX_SIZE", "10")));
        return variables;
    }
}
