package io.millrace.local.security;

import io.millrace.local.StackAddress;
import io.millrace.local.stack.StackFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a secured stack makes of the declared connectors: each with an account of its own, its secrets by reference. */
public final class SecuredConnectors {
    static final String JAAS = "kafka.jaas";
    static final String PASSWORD = "password";

    private final String tokens;
    private final StackFolder folder;

    private SecuredConnectors(String tokens, StackFolder folder) {
        this.tokens = tokens;
        this.folder = folder;
    }

    /** What differs from the declared files, by the connector's name. */
    public static Map<String, Map<String, String>> settings(StackAddress address, StackFolder folder) {
        return settings(tokens(address, folder), folder);
    }

    /**
     * What differs from the declared files, by the connector's name.
     *
     * @param tokens where converters get what they show the registry
     * @param folder the state folder as the worker sees it
     */
    static Map<String, Map<String, String>> settings(String tokens, StackFolder folder) {
        SecuredConnectors connectors = new SecuredConnectors(tokens, folder);
        return Map.of(
                Account.WEB_HTTP.user(),
                connectors.webHttp(),
                Account.SHOP_CDC.user(),
                connectors.shopCdc(),
                Account.SERVING_REDIS.user(),
                connectors.redis(),
                Account.SERVING_ELASTICSEARCH.user(),
                connectors.elasticsearch(),
                "probe-mqtt",
                connectors.probeMqtt());
    }

    private Map<String, String> webHttp() {
        Map<String, String> settings = clients(Account.WEB_HTTP);
        settings.putAll(converter("value", tokens, folder, Account.WEB_HTTP));
        settings.put(
                "tls.keystore.location",
                Certificates.ServiceFiles.in(folder.security(), "http-source")
                        .both()
                        .toString());
        settings.put("auth.write.keys", reference(folder, Account.WEB_HTTP, "write.keys"));
        return settings;
    }

    private Map<String, String> shopCdc() {
        Map<String, String> settings = clients(Account.SHOP_CDC);
        settings.putAll(converter("key", tokens, folder, Account.SHOP_CDC));
        settings.putAll(converter("value", tokens, folder, Account.SHOP_CDC));
        settings.put("database.password", reference(folder, Account.SHOP_CDC, "database.password"));
        settings.put("database.sslmode", "verify-full");
        settings.put("database.sslrootcert", authority());
        return settings;
    }

    private Map<String, String> redis() {
        Map<String, String> settings = clients(Account.SERVING_REDIS);
        settings.put("redis.username", Account.SERVING_REDIS.user());
        settings.put("redis.password", reference(folder, Account.SERVING_REDIS, "redis.password"));
        settings.put("tls.truststore.location", authority());
        return settings;
    }

    private Map<String, String> elasticsearch() {
        Map<String, String> settings = clients(Account.SERVING_ELASTICSEARCH);
        settings.put("elasticsearch.username", Account.SERVING_ELASTICSEARCH.user());
        settings.put(
                "elasticsearch.password", reference(folder, Account.SERVING_ELASTICSEARCH, "elasticsearch.password"));
        settings.put("tls.truststore.location", authority());
        return settings;
    }

    private Map<String, String> probeMqtt() {
        Map<String, String> settings = clients(Account.CONNECTORS);
        settings.putAll(converter("value", tokens, folder, Account.CONNECTORS));
        settings.put("mqtt.username", SecuredSecurity.MQTT_USER);
        settings.put("mqtt.password", reference(folder, Account.CONNECTORS, "mqtt.password"));
        settings.put("tls.truststore.location", authority());
        return settings;
    }

    private Map<String, String> clients(Account account) {
        Map<String, String> settings = new TreeMap<>();
        for (String client : List.of("producer", "consumer", "admin")) {
            settings.put(client + ".override.sasl.jaas.config", reference(folder, account, JAAS));
        }
        return settings;
    }

    private String authority() {
        return Certificates.authority(folder.security()).toString();
    }

    /** The token endpoint of a stack on this machine, which is on its page's port. */
    static String tokens(StackAddress address, StackFolder folder) {
        return Access.secured(address, folder).url(address.page()) + TokenEndpoint.PATH;
    }

    /** How a converter, {@code key} or {@code value}, is let in by the registry. */
    static Map<String, String> converter(String which, String tokens, StackFolder folder, Account account) {
        String prefix = which + ".converter.apicurio.auth.";
        return Map.of(
                prefix + "service.token.endpoint",
                tokens,
                prefix + "client.id",
                account.user(),
                prefix + "client.secret",
                reference(folder, account, PASSWORD));
    }

    /** What the worker replaces by the content of a file. */
    static String reference(StackFolder folder, Account account, String name) {
        return "${dir:" + files(folder, account) + ":" + name + "}";
    }

    static Path files(StackFolder folder, Account account) {
        return folder.connectorSecrets().resolve(account.user());
    }
}
