package io.millrace.connect.redis;

import io.millrace.connect.commons.TlsFiles;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys that say where Redis is and who asks. */
final class ConnectionKeys {

    static final String URI = "redis.uri";
    static final String USERNAME = "redis.username";
    static final String PASSWORD = "redis.password";
    static final String CLIENT_NAME = "redis.client.name";
    static final String PROTOCOL = "redis.protocol";
    static final String SENTINEL_MASTER = "redis.sentinel.master";
    static final String SENTINEL_USERNAME = "redis.sentinel.username";
    static final String SENTINEL_PASSWORD = "redis.sentinel.password";
    static final String TRUSTSTORE = TlsFiles.TRUSTSTORE;
    static final String TRUSTSTORE_PASSWORD = TlsFiles.TRUSTSTORE_PASSWORD;
    static final String KEYSTORE = TlsFiles.KEYSTORE;
    static final String KEYSTORE_PASSWORD = TlsFiles.KEYSTORE_PASSWORD;
    static final String VERIFY_HOSTNAME = "tls.hostname.verification";
    static final String CONNECT_TIMEOUT_MS = "connect.timeout.ms";
    static final String SOCKET_TIMEOUT_MS = "socket.timeout.ms";

    static final String RESP2 = "resp2";
    static final String RESP3 = "resp3";

    private static final String GROUP = "Connection";

    private ConnectionKeys() {}

    static ConfigDef addTo(ConfigDef config) {
        int order = 1;
        config.define(
                URI,
                Type.STRING,
                "redis://127.0.0.1:6379",
                ConfigDef.LambdaValidator.with(
                        (name, value) -> RedisAddress.parse(name, (String) value), () -> "redis:// or rediss:// URI"),
                Importance.HIGH,
                "Where Redis is: redis://host:port/database, or rediss:// for TLS. Several, separated by commas, are the nodes"
                        + " of a cluster of which any may answer, or the Sentinels.",
                GROUP,
                order++,
                Width.LONG,
                "Redis URI");
        text(config, USERNAME, order++, Importance.MEDIUM, "User", "ACL user; empty for the default user.");
        secret(config, PASSWORD, order++, "Password", "Password of the user; empty when Redis asks for none.");
        text(
                config,
                CLIENT_NAME,
                order++,
                Importance.LOW,
                "Client name",
                "Name of the connections in CLIENT LIST; empty: the connector's.");
        config.define(
                PROTOCOL,
                Type.STRING,
                RESP2,
                ValidString.in(RESP2, RESP3),
                Importance.LOW,
                "Protocol of the connections: resp2, or resp3 with a Redis of version 6 or newer.",
                GROUP,
                order++,
                Width.SHORT,
                "Protocol");
        text(
                config,
                SENTINEL_MASTER,
                order++,
                Importance.MEDIUM,
                "Sentinel master",
                "Name of the master to ask the Sentinels in redis.uri for; empty: redis.uri is Redis itself.");
        text(config, SENTINEL_USERNAME, order++, Importance.LOW, "Sentinel user", "ACL user at the Sentinels.");
        secret(config, SENTINEL_PASSWORD, order++, "Sentinel password", "Password at the Sentinels.");
        text(
                config,
                TRUSTSTORE,
                order++,
                Importance.MEDIUM,
                "Trust store",
                "Certificates that the server's must come from: a file in PEM, PKCS12 or JKS; empty: those that Java trusts.");
        secret(
                config,
                TRUSTSTORE_PASSWORD,
                order++,
                "Trust store password",
                "Password of a PKCS12 or JKS trust store.");
        text(
                config,
                KEYSTORE,
                order++,
                Importance.MEDIUM,
                "Key store",
                "Certificate and key of this client for mutual TLS: a file in PKCS12 or JKS, or in PEM with an unencrypted"
                        + " PKCS8 key.");
        secret(config, KEYSTORE_PASSWORD, order++, "Key store password", "Password of a PKCS12 or JKS key store.");
        config.define(
                VERIFY_HOSTNAME,
                Type.BOOLEAN,
                true,
                Importance.LOW,
                "Whether the server's certificate has to carry the name or address that was connected to.",
                GROUP,
                order++,
                Width.SHORT,
                "Verify host name");
        config.define(
                CONNECT_TIMEOUT_MS,
                Type.INT,
                2_000,
                Range.between(1, 60_000),
                Importance.LOW,
                "How long connecting may take.",
                GROUP,
                order++,
                Width.SHORT,
                "Connect timeout (ms)");
        return config.define(
                SOCKET_TIMEOUT_MS,
                Type.INT,
                5_000,
                Range.between(1, 120_000),
                Importance.LOW,
                "How long Redis may take for a reply, or for taking a batch, before the connection counts as lost.",
                GROUP,
                order,
                Width.SHORT,
                "Socket timeout (ms)");
    }

    private static void text(
            ConfigDef config, String name, int order, Importance importance, String title, String documentation) {
        config.define(name, Type.STRING, "", importance, documentation, GROUP, order, Width.MEDIUM, title);
    }

    private static void secret(ConfigDef config, String name, int order, String title, String documentation) {
        config.define(name, Type.PASSWORD, "", Importance.MEDIUM, documentation, GROUP, order, Width.MEDIUM, title);
    }
}
