package io.millrace.local.security;

import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackFolder;
import java.nio.file.Path;
import java.util.Map;

/**
 * A Spark driver: its login at the brokers, its token for the registry, the keys of the bucket, and its own endpoint.
 *
 * @param folder the state folder as the driver sees it
 */
record SecuredDriver(StackFolder folder, Account account) {
    /** What the settings refer to, by its path. */
    Map<Path, String> files(Secrets secrets) {
        return Map.of(
                file("kafka.jaas"), Access.jaas(account, secrets),
                file("control.token"), secrets.get(Secrets.DRIVER_TOKEN),
                file("keystore.password"), secrets.get(Secrets.KEYSTORES),
                file("s3.access.key"), secrets.get(Secrets.S3_ACCESS_KEY),
                file("s3.secret.key"), secrets.get(Secrets.S3_SECRET_KEY));
    }

    String settings() {
        return """
                kafka.security.protocol=SASL_SSL
                kafka.sasl.mechanism=SCRAM-SHA-512
                kafka.ssl.truststore.type=PEM
                kafka.ssl.truststore.location=%1$s
                kafka.config.providers=dir
                kafka.config.providers.dir.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
                kafka.sasl.jaas.config=${dir:%2$s:kafka.jaas}
                registry.token.file=%3$s
                s3.access.key=${file:%2$s/s3.access.key}
                s3.secret.key=${file:%2$s/s3.secret.key}
                control.token.file=%2$s/control.token
                control.tls.keystore=%4$s
                control.tls.keystore.password=${file:%2$s/keystore.password}
                # The ports that Spark opens for its own use.
                spark.authenticate=true
                spark.network.crypto.enabled=true
                spark.redaction.regex=(?i)secret|password|token|access[.]key|jaas
                """
                .formatted(
                        Certificates.authority(folder.security()),
                        file("kafka.jaas").getParent(),
                        Access.registryToken(folder, account),
                        Certificates.ServiceFiles.in(folder.security(), account.user())
                                .keystore());
    }

    Path file(String name) {
        return folder.security().resolve("accounts").resolve(account.user()).resolve(name);
    }
}
