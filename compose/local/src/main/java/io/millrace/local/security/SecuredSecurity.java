package io.millrace.local.security;

import io.millrace.local.StackAddress;
import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackException;
import io.millrace.local.stack.StackFolder;
import io.millrace.schemas.Contract;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Nobody is let in without an account: TLS everywhere, a password or token of its own for each part. */
public final class SecuredSecurity implements Security {
    /** The one user that the MQTT broker knows. */
    static final String MQTT_USER = "millrace";

    private final StackAddress address;
    private final StackFolder folder;
    private final Secrets secrets;
    private final Certificates certificates;
    private final SecuredKafka kafka;
    private final SecuredConnect connect;
    private final SecuredRegistry registry;
    private final SecuredElasticsearch elasticsearch;
    private final Supplier<Collection<Contract>> contracts;

    /** @param contracts gives the contracts as they are when it is asked */
    public SecuredSecurity(
            StackAddress address,
            StackFolder folder,
            Secrets secrets,
            Supplier<Collection<Contract>> contracts,
            Clock clock,
            SecureRandom random) {
        this.address = address;
        this.folder = folder;
        this.secrets = secrets;
        this.contracts = contracts;
        try {
            this.certificates = new Certificates(folder.security(), secrets.get(Secrets.KEYSTORES), clock, random);
            this.registry = new SecuredRegistry(address, folder, certificates, clock, random);
        } catch (IOException | GeneralSecurityException e) {
            throw new StackException("cannot make the certificates in " + folder.security() + ": " + e.getMessage(), e);
        }
        this.kafka = new SecuredKafka(address, secrets, certificates);
        this.connect = new SecuredConnect(address, folder, secrets, certificates);
        this.elasticsearch = new SecuredElasticsearch(secrets, certificates, random);
    }

    @Override
    public Access access() {
        return Access.secured(address, folder);
    }

    @Override
    public void prepare() throws IOException {
        registry.writeTokens();
        for (Account account : List.of(Account.SPARK_SERVING, Account.SPARK_LAKE)) {
            SecretFile.write(driverFile(account, "kafka.jaas"), Access.jaas(account, secrets));
            SecretFile.write(driverFile(account, "control.token"), secrets.get(Secrets.DRIVER_TOKEN));
            SecretFile.write(driverFile(account, "keystore.password"), secrets.get(Secrets.KEYSTORES));
            SecretFile.write(driverFile(account, "s3.access.key"), secrets.get(Secrets.S3_ACCESS_KEY));
            SecretFile.write(driverFile(account, "s3.secret.key"), secrets.get(Secrets.S3_SECRET_KEY));
        }
        connect.writeFiles();
        files("http-source", false);
    }

    @Override
    public List<String> javaOptions() {
        return List.of("-Djavax.net.ssl.trustStore=" + certificates.trustStore(), "-Djavax.net.ssl.trustStoreType=JKS");
    }

    @Override
    public String broker() {
        return kafka.broker(files("kafka", true));
    }

    @Override
    public void admitToBroker() throws Exception {
        kafka.accounts(files("kafka", true)).set(KafkaAcls.of(contracts.get()));
    }

    @Override
    public void permit(Collection<Contract> all) throws Exception {
        kafka.accounts(files("kafka", true)).permit(KafkaAcls.of(all));
    }

    @Override
    public List<String> workerOptions() {
        return connect.options();
    }

    @Override
    public String worker() {
        return connect.worker(files("connect", false));
    }

    @Override
    public Map<String, String> workerEnvironment() {
        // No secret: whoever may configure a connector could have it told by ${env:...}.
        return Map.of(
                "MILLRACE_REDIS_URI", "rediss://" + StackAddress.HOST + ":" + address.redis(),
                "MILLRACE_MQTT_URI", "mqtts://" + StackAddress.HOST + ":" + address.mqtt());
    }

    @Override
    public Map<String, String> registryEnvironment() {
        return registry.environment(files("registry", false));
    }

    @Override
    public List<String> registryOptions() {
        return registry.options();
    }

    @Override
    public List<String> postgresOptions(Path conf) {
        return List.of(
                "-c",
                "ssl=on",
                "-c",
                "ssl_cert_file=" + conf.resolve("certificate.pem"),
                "-c",
                "ssl_key_file=" + conf.resolve("key.pem"),
                "-c",
                "ssl_min_protocol_version=TLSv1.2",
                "-c",
                "hba_file=" + conf.resolve("pg_hba.conf"));
    }

    /** A role that belongs to one database gets into that one alone; new roles, as of {@code cdc onboard}, into theirs. */
    private static final String POSTGRES_CLIENTS =
            """
            hostssl registry  registry      127.0.0.1/32 scram-sha-256
            hostssl reporting reporting     127.0.0.1/32 scram-sha-256
            hostssl shop      millrace_cdc  127.0.0.1/32 scram-sha-256
            host    all       registry,reporting,millrace_cdc 127.0.0.1/32 reject
            hostssl all       all           127.0.0.1/32 scram-sha-256
            """;

    @Override
    public void postgresFiles(Path conf) throws IOException {
        copy(files("postgres", false), conf);
        SecretFile.write(conf.resolve("pg_hba.conf"), POSTGRES_CLIENTS);
    }

    @Override
    public String elasticsearch() {
        return elasticsearch.settings();
    }

    @Override
    public void elasticsearchFiles(Path config) throws IOException {
        copy(files("elasticsearch", true), config.resolve("certificates"));
        elasticsearch.writeFiles(config);
    }

    @Override
    public String redis() {
        return new SecuredRedis(address, secrets, certificates).settings(files("redis", false));
    }

    @Override
    public String s3() {
        return """
                s3proxy.secure-endpoint=%s
                s3proxy.keystore-path=%s
                s3proxy.keystore-password=%s
                """
                .formatted(access().url(address.s3()), files("s3", false).keystore(), secrets.get(Secrets.KEYSTORES));
    }

    @Override
    public String mqttListener() {
        return """
                <tls-tcp-listener><port>%d</port><bind-address>%s</bind-address><tls><keystore>
                      <path>%s</path><password>${MILLRACE_KEYSTORE_PASSWORD}</password>
                      <private-key-password>${MILLRACE_KEYSTORE_PASSWORD}</private-key-password>
                    </keystore><client-authentication-mode>NONE</client-authentication-mode></tls></tls-tcp-listener>"""
                .formatted(
                        address.mqtt(), StackAddress.HOST, files("mqtt", false).keystore());
    }

    @Override
    public Map<String, String> mqttEnvironment() {
        return Map.of(
                "MQTT_USER", MQTT_USER,
                "MQTT_PASSWORD", secrets.get(Secrets.MQTT),
                "MILLRACE_KEYSTORE_PASSWORD", secrets.get(Secrets.KEYSTORES));
    }

    @Override
    public String driver(Account account) {
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
                        certificates.authority(),
                        driverFile(account, "kafka.jaas").getParent(),
                        Access.registryToken(folder, account),
                        files(account.user(), false).keystore());
    }

    @Override
    public Map<String, String> driverEnvironment() {
        return Map.of();
    }

    @Override
    public PageSecurity page() {
        try {
            char[] password = secrets.get(Secrets.KEYSTORES).toCharArray();
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(KeyStore.getInstance(files("page", false).keystore().toFile(), password), password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return new PageSecurity(
                    Optional.of(context),
                    Optional.of(access().headers(Part.PAGE).get("Authorization")),
                    Optional.of(registry.endpoint()));
        } catch (IOException | GeneralSecurityException e) {
            throw new StackException("cannot use the page's certificate: " + e.getMessage(), e);
        }
    }

    private Path driverFile(Account account, String name) {
        return folder.security().resolve("accounts").resolve(account.user()).resolve(name);
    }

    private Certificates.ServiceFiles files(String service, boolean alsoClient) {
        try {
            return certificates.of(service, alsoClient);
        } catch (IOException | GeneralSecurityException e) {
            throw new StackException("cannot issue a certificate for " + service + ": " + e.getMessage(), e);
        }
    }

    /** For a server that may run as another user and then owns its folder. */
    private void copy(Certificates.ServiceFiles files, Path into) throws IOException {
        for (Path file : List.of(files.certificate(), files.key(), certificates.authority())) {
            SecretFile.write(into.resolve(file.getFileName()), java.nio.file.Files.readAllBytes(file));
        }
    }
}
