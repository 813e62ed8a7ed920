package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.TlsFiles;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.http.HttpHost;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The keys that say where Elasticsearch is and who asks. */
final class ConnectionKeys {

    static final String URL = "elasticsearch.url";
    static final String USERNAME = "elasticsearch.username";
    static final String PASSWORD = "elasticsearch.password";
    static final String API_KEY = "elasticsearch.api.key";
    static final String BEARER_TOKEN = "elasticsearch.bearer.token";
    static final String TRUSTSTORE = TlsFiles.TRUSTSTORE;
    static final String TRUSTSTORE_PASSWORD = TlsFiles.TRUSTSTORE_PASSWORD;
    static final String KEYSTORE = TlsFiles.KEYSTORE;
    static final String KEYSTORE_PASSWORD = TlsFiles.KEYSTORE_PASSWORD;
    static final String VERIFY_HOSTNAME = "tls.hostname.verification";
    static final String CONNECT_TIMEOUT_MS = "connect.timeout.ms";
    static final String SOCKET_TIMEOUT_MS = "socket.timeout.ms";
    static final String COMPRESSION = "compression";

    static final String GZIP = "gzip";

    private static final String GROUP = "Connection";
    private static final int PORT = 9200;

    private static final ConfigDef.Validator HOSTS = ConfigDef.LambdaValidator.with(
            (name, value) -> hosts(name, (List<?>) value), () -> "http:// or https:// URLs, separated by commas");

    private ConnectionKeys() {}

    static ConfigDef addTo(ConfigDef config) {
        config.define(
                URL,
                Type.LIST,
                List.of("http://127.0.0.1:9200"),
                HOSTS,
                Importance.HIGH,
                "Where Elasticsearch or OpenSearch is: http://host:port or https://host:port; several nodes of one cluster"
                        + " separated by commas. A node that fails is left out until it is back.",
                GROUP,
                1,
                Width.LONG,
                "Elasticsearch URL");
        text(config, USERNAME, 2, "User", "User for basic authentication; empty for none.");
        secret(config, PASSWORD, 3, "Password", "Password of the user.");
        secret(
                config,
                API_KEY,
                4,
                "API key",
                "API key as Elasticsearch encodes it (Base64 of id:key), instead of user and password.");
        secret(
                config,
                BEARER_TOKEN,
                5,
                "Bearer token",
                "Token for bearer authentication, instead of user and password.");
        text(
                config,
                TRUSTSTORE,
                6,
                "Trust store",
                "File with the certificates to trust: PEM, PKCS#12 or JKS; empty: those that the worker's Java trusts.");
        secret(config, TRUSTSTORE_PASSWORD, 7, "Trust store password", "Password of the trust store; not for PEM.");
        text(
                config,
                KEYSTORE,
                8,
                "Key store",
                "File with the client's certificate and key, for mutual TLS: PEM (both, the key as PKCS#8), PKCS#12 or JKS.");
        secret(config, KEYSTORE_PASSWORD, 9, "Key store password", "Password of the key store; not for PEM.");
        config.define(
                VERIFY_HOSTNAME,
                Type.BOOLEAN,
                true,
                Importance.LOW,
                "Whether the server's certificate has to be for the host that is connected to.",
                GROUP,
                10,
                Width.SHORT,
                "Verify host names");
        config.define(
                CONNECT_TIMEOUT_MS,
                Type.INT,
                2_000,
                Range.between(1, 60_000),
                Importance.LOW,
                "How long connecting may take.",
                GROUP,
                11,
                Width.SHORT,
                "Connect timeout (ms)");
        config.define(
                SOCKET_TIMEOUT_MS,
                Type.INT,
                30_000,
                Range.between(1, 240_000),
                Importance.LOW,
                "How long Elasticsearch may take for an answer before the request counts as failed.",
                GROUP,
                12,
                Width.SHORT,
                "Socket timeout (ms)");
        return config.define(
                COMPRESSION,
                Type.STRING,
                WriteKeys.NONE,
                ValidString.in(WriteKeys.NONE, GZIP),
                Importance.LOW,
                "Whether bulk requests are compressed, none or gzip: less network for more processor time.",
                GROUP,
                13,
                Width.SHORT,
                "Compression");
    }

    static List<HttpHost> hosts(String key, List<?> urls) {
        if (urls.isEmpty()) {
            throw new ConfigException(key, urls, "Give at least one URL");
        }
        return urls.stream().map(url -> host(key, url.toString())).toList();
    }

    private static HttpHost host(String key, String url) {
        try {
            URI uri = new URI(url);
            if (uri.getUserInfo() != null) {
                throw new ConfigException(
                        key,
                        "[hidden]",
                        "Credentials belong in elasticsearch.username and elasticsearch.password, where they are hidden");
            }
            boolean tls = "https".equals(uri.getScheme());
            boolean isRoot = uri.getPath() == null || uri.getPath().length() <= 1;
            if (uri.getHost() != null && isRoot && (tls || "http".equals(uri.getScheme()))) {
                return new HttpHost(uri.getHost(), uri.getPort() < 0 ? PORT : uri.getPort(), uri.getScheme());
            }
        } catch (URISyntaxException malformed) {
            // Reported below.
        }
        throw new ConfigException(key, url, "Use http://host:port or https://host:port");
    }

    private static void text(ConfigDef config, String name, int order, String title, String documentation) {
        config.define(name, Type.STRING, "", Importance.MEDIUM, documentation, GROUP, order, Width.MEDIUM, title);
    }

    private static void secret(ConfigDef config, String name, int order, String title, String documentation) {
        config.define(name, Type.PASSWORD, "", Importance.MEDIUM, documentation, GROUP, order, Width.MEDIUM, title);
    }
}
