package io.millrace.local.security;

import io.millrace.local.StackAddress;
import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackException;
import io.millrace.local.stack.StackFolder;
import io.millrace.schemas.Contract;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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
            this.registry = new SecuredRegistry(folder, clock, random);
        } catch (IOException | GeneralSecurityException e) {
            throw new StackException("cannot make the certificates in " + folder.security() + ": " + e.getMessage(), e);
        }
        this.kafka = new SecuredKafka(address, secrets, certificates);
        this.connect = new SecuredConnect(SecuredConnectors.tokens(address, folder), folder, secrets);
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
            write(new SecuredDriver(folder, account).files(secrets));
        }
        write(connect.files());
        files("http-source", false);
    }

    private static void write(Map<Path, String> files) throws IOException {
        for (Map.Entry<Path, String> file : files.entrySet()) {
            SecretFile.write(file.getKey(), file.getValue());
        }
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
        files("connect", false);
        return connect.worker(access().url(address.connect()));
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
        return registry.environment(address.registry(), files("registry", false));
    }

    @Override
    public List<String> registryOptions() {
        return registry.options(certificates.trustStore());
    }

    @Override
    public List<String> postgresOptions(Path conf) {
        return SecuredPostgres.options(conf);
    }

    @Override
    public void postgresFiles(Path conf) throws IOException {
        copy(files("postgres", false), conf);
        SecretFile.write(conf.resolve("pg_hba.conf"), SecuredPostgres.clients(StackAddress.HOST + "/32"));
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
        return new SecuredRedis(secrets).settings(address.redis(), files("redis", false), certificates.authority());
    }

    @Override
    public String s3() {
        return S3Settings.secured(access().url(address.s3()), files("s3", false).keystore(), secrets);
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
        files(account.user(), false);
        return new SecuredDriver(folder, account).settings();
    }

    @Override
    public Map<String, String> driverEnvironment() {
        return Map.of();
    }

    @Override
    public PageSecurity page() {
        try {
            SSLContext context = ServerTls.context(files("page", false).keystore(), secrets.get(Secrets.KEYSTORES));
            return new PageSecurity(
                    Optional.of(context),
                    Optional.of(access().headers(Part.PAGE).get("Authorization")),
                    Optional.of(registry.endpoint()));
        } catch (IOException | GeneralSecurityException e) {
            throw new StackException("cannot use the page's certificate: " + e.getMessage(), e);
        }
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
