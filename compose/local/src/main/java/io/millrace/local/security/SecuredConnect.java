package io.millrace.local.security;

import io.millrace.local.StackAddress;
import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The Connect worker and its connectors: each connector is another user to the brokers and to what it talks to. */
final class SecuredConnect {
    private final StackAddress address;
    private final StackFolder folder;
    private final Secrets secrets;
    private final Certificates certificates;

    SecuredConnect(StackAddress address, StackFolder folder, Secrets secrets, Certificates certificates) {
        this.address = address;
        this.folder = folder;
        this.secrets = secrets;
        this.certificates = certificates;
    }

    /** One file per secret; a connector's settings, and the worker's own, refer to them. */
    void writeFiles() throws IOException {
        for (Account account : Account.values()) {
            if (account.isConnector() || account == Account.CONNECT || account == Account.CONNECTORS) {
                write(account, SecuredConnectors.JAAS, Access.jaas(account, secrets));
                write(account, SecuredConnectors.PASSWORD, secrets.get(account.kafkaPassword()));
            }
        }
        write(Account.CONNECT, "keystore.password", secrets.get(Secrets.KEYSTORES));
        write(Account.WEB_HTTP, "write.keys", "millrace=" + secrets.get(Secrets.WRITE_KEY));
        write(Account.WEB_HTTP, "personal.data.key", secrets.get(Secrets.PERSONAL_DATA));
        write(Account.SHOP_CDC, "database.password", secrets.get(Secrets.SHOP_CDC));
        write(Account.SERVING_REDIS, "redis.password", secrets.get(Secrets.REDIS_SINK));
        write(Account.SERVING_ELASTICSEARCH, "elasticsearch.password", secrets.get(Secrets.ELASTICSEARCH_SINK));
        // For connectors that are added.
        write(Account.CONNECTORS, "mqtt.password", secrets.get(Secrets.MQTT));
        write(Account.CONNECTORS, "reporting.password", secrets.get(Secrets.REPORTING));
        write(Account.CONNECTORS, "s3.access.key", secrets.get(Secrets.S3_ACCESS_KEY));
        write(Account.CONNECTORS, "s3.secret.key", secrets.get(Secrets.S3_SECRET_KEY));
        write(Account.CONNECTORS, "personal.data.key", secrets.get(Secrets.PERSONAL_DATA));
        SecretFile.write(restUsers(), Account.CONTROL.user() + ": " + secrets.get(Secrets.CONNECT) + "\n");
        SecretFile.write(
                restLogin(),
                """
                KafkaConnect {
                  org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule required
                  file="%s";
                };
                """
                        .formatted(restUsers()));
    }

    List<String> options() {
        return List.of("-Djava.security.auth.login.config=" + restLogin());
    }

    String worker(Certificates.ServiceFiles own) {
        StringBuilder settings = new StringBuilder(
                """
                listeners=https://%1$s:%2$d
                rest.advertised.listener=https
                listeners.https.ssl.keystore.type=PKCS12
                listeners.https.ssl.keystore.location=%3$s
                listeners.https.ssl.keystore.password=%4$s
                listeners.https.ssl.key.password=%4$s
                listeners.https.ssl.truststore.type=JKS
                listeners.https.ssl.truststore.location=%5$s
                rest.extension.classes=org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension
                """
                        .formatted(
                                StackAddress.HOST,
                                address.connect(),
                                own.keystore(),
                                SecuredConnectors.reference(folder, Account.CONNECT, "keystore.password"),
                                certificates.trustStore()));
        SecuredConnectors.converter("value", address, folder, Account.CONNECT)
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
                .append(certificates.authority())
                .append('\n');
        settings.append(prefix)
                .append("sasl.jaas.config=")
                .append(SecuredConnectors.reference(folder, account, SecuredConnectors.JAAS))
                .append('\n');
    }

    private void write(Account account, String name, String value) throws IOException {
        SecretFile.write(SecuredConnectors.files(folder, account).resolve(name), value);
    }

    private Path restUsers() {
        return folder.security().resolve("connect-rest").resolve("users.properties");
    }

    private Path restLogin() {
        return folder.security().resolve("connect-rest").resolve("login.conf");
    }
}
