package io.millrace.local.security;

import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Connect worker and its connectors: each connector is another user to the brokers and to what it talks to. */
final class SecuredConnect {
    private final String tokens;
    private final StackFolder folder;
    private final Secrets secrets;

    /**
     * @param tokens where converters get what they show the registry
     * @param folder the state folder as the worker sees it
     */
    SecuredConnect(String tokens, StackFolder folder, Secrets secrets) {
        this.tokens = tokens;
        this.folder = folder;
        this.secrets = secrets;
    }

    /** One file per secret, by its path; a connector's settings, and the worker's own, refer to them. */
    Map<Path, String> files() {
        Map<Path, String> files = new TreeMap<>();
        for (Account account : Account.values()) {
            if (account.isConnector() || account == Account.CONNECT || account == Account.CONNECTORS) {
                put(files, account, SecuredConnectors.JAAS, Access.jaas(account, secrets));
                put(files, account, SecuredConnectors.PASSWORD, secrets.get(account.kafkaPassword()));
            }
        }
        put(files, Account.CONNECT, "keystore.password", secrets.get(Secrets.KEYSTORES));
        put(files, Account.WEB_HTTP, "write.keys", "millrace=" + secrets.get(Secrets.WRITE_KEY));
        put(files, Account.WEB_HTTP, "personal.data.key", secrets.get(Secrets.PERSONAL_DATA));
        put(files, Account.SHOP_CDC, "database.password", secrets.get(Secrets.SHOP_CDC));
        put(files, Account.SERVING_REDIS, "redis.password", secrets.get(Secrets.REDIS_SINK));
        put(files, Account.SERVING_ELASTICSEARCH, "elasticsearch.password", secrets.get(Secrets.ELASTICSEARCH_SINK));
        // For connectors that are added.
        put(files, Account.CONNECTORS, "mqtt.password", secrets.get(Secrets.MQTT));
        put(files, Account.CONNECTORS, "reporting.password", secrets.get(Secrets.REPORTING));
        put(files, Account.CONNECTORS, "s3.access.key", secrets.get(Secrets.S3_ACCESS_KEY));
        put(files, Account.CONNECTORS, "s3.secret.key", secrets.get(Secrets.S3_SECRET_KEY));
        put(files, Account.CONNECTORS, "personal.data.key", secrets.get(Secrets.PERSONAL_DATA));
        files.put(restUsers(), Account.CONTROL.user() + ": " + secrets.get(Secrets.CONNECT) + "\n");
        files.put(
                restLogin(),
                """
                KafkaConnect {
                  org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule required
                  file="%s";
                };
                """
                        .formatted(restUsers()));
        return files;
    }

    List<String> options() {
        return List.of("-Djava.security.auth.login.config=" + restLogin());
    }

    /** @param listener URL of its REST interface */
    String worker(String listener) {
        Certificates.ServiceFiles own = Certificates.ServiceFiles.in(folder.security(), "connect");
        StringBuilder settings = new StringBuilder(
                """
                listeners=%1$s
                rest.advertised.listener=https
                listeners.https.ssl.keystore.type=PKCS12
                listeners.https.ssl.keystore.location=%2$s
                listeners.https.ssl.keystore.password=%3$s
                listeners.https.ssl.key.password=%3$s
                listeners.https.ssl.truststore.type=JKS
                listeners.https.ssl.truststore.location=%4$s
                rest.extension.classes=org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension
                """
                        .formatted(
                                listener,
                                own.keystore(),
                                SecuredConnectors.reference(folder, Account.CONNECT, "keystore.password"),
                                Certificates.trustStore(folder.security())));
        SecuredConnectors.converter("value", tokens, folder, Account.CONNECT)
                .forEach((key, value) ->
                        settings.append(key).append('=').append(value).append('\n'));
        client(settings, "", Account.CONNECT);
        for (String prefix : List.of("producer.", "consumer.", "admin.")) {
            client(settings, prefix, Account.CONNECTORS);
        }
        return settings.toString();
    }

    private void client(StringBuilder settings, String prefix, Account account) {
        settings.append(prefix).append("security.protocol=SASL_SSL\n");
        settings.append(prefix).append("sasl.mechanism=SCRAM-SHA-512\n");
        settings.append(prefix).append("ssl.truststore.type=PEM\n");
        settings.append(prefix)
                .append("ssl.truststore.location=")
                .append(Certificates.authority(folder.security()))
                .append('\n');
        settings.append(prefix)
                .append("sasl.jaas.config=")
                .append(SecuredConnectors.reference(folder, account, SecuredConnectors.JAAS))
                .append('\n');
    }

    private void put(Map<Path, String> files, Account account, String name, String value) {
        files.put(SecuredConnectors.files(folder, account).resolve(name), value);
    }

    private Path restUsers() {
        return folder.security().resolve("connect-rest").resolve("users.properties");
    }

    private Path restLogin() {
        return folder.security().resolve("connect-rest").resolve("login.conf");
    }
}
