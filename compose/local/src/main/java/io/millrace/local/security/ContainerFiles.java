package io.millrace.local.security;

import static io.millrace.local.security.MountedFolder.SEEN;

import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The certificates, accounts and settings of a secured compose stack: for each service a folder with what it needs and
 * nothing that is another's. {@code compose/secure.yaml} mounts each into its container.
 */
public final class ContainerFiles {
    private static final Set<String> WORKERS = Set.of("connect-1", "connect-2");
    private static final List<Account> DRIVERS = List.of(Account.SPARK_SERVING, Account.SPARK_LAKE);
    private static final String REST = "https://connect-1:8083";
    private static final String BROKERS = "kafka:9092";
    private static final String REGISTRY = "https://registry:8080";
    private static final String TOKENS = "https://accounts:" + AccountServer.PORT + TokenEndpoint.PATH;

    private final StackFolder folder;
    private final Secrets secrets;
    private final SecureRandom random;
    private final Certificates certificates;
    private final SecuredRegistry registry;

    /** @param folder {@code compose/secrets}, laid out like a stack's state folder */
    public ContainerFiles(StackFolder folder, Secrets secrets, Clock clock, SecureRandom random)
            throws GeneralSecurityException, IOException {
        this.folder = folder;
        this.secrets = secrets;
        this.random = random;
        this.certificates = new Certificates(folder.security(), secrets.get(Secrets.KEYSTORES), clock, random);
        this.registry = new SecuredRegistry(folder, clock, random);
    }

    /**
     * Writes them all, and what programs on this machine show the stack. Certificates that are good for long enough stay.
     *
     * @param environment the environment of the open stack, which that of the secured one differs from
     */
    public void write(Path environment) throws GeneralSecurityException, IOException {
        // What is mounted may be read by whoever can reach it: nobody else can.
        Files.setPosixFilePermissions(folder.root(), PosixFilePermissions.fromString("rwx------"));
        registry.writeTokens();
        kafka();
        accounts();
        postgres();
        registry();
        redis();
        elasticsearch();
        s3();
        connect();
        edge();
        apply(environment);
        spark();
    }

    private void kafka() throws GeneralSecurityException, IOException {
        MountedFolder kafka = mounted("kafka");
        Certificates.ServiceFiles own = issued("kafka", true, Set.of("kafka"));
        kafka.copy(folder, own.both());
        authority(kafka);
        kafka.put(
                "server.properties",
                SecuredKafka.guard(List.of("inside", "outside"), own, Certificates.authority(SEEN.security())));
    }

    /** The superuser's certificate, which is the broker's, and the passwords that it gives the others. */
    private void accounts() throws GeneralSecurityException, IOException {
        MountedFolder accounts = mounted("accounts");
        accounts.copy(folder, issued("kafka", true, Set.of("kafka")).both());
        accounts.copy(folder, issued("accounts", false, Set.of("accounts")).keystore());
        authority(accounts);
        for (String name : List.of("registry-tokens.key", "registry-tokens.pem")) {
            accounts.copy(folder, SEEN.security().resolve(name));
        }
        String passwords = Arrays.stream(Account.values())
                .filter(account -> account != Account.KAFKA)
                .map(account -> account.kafkaPassword() + "=" + secrets.get(account.kafkaPassword()))
                .collect(Collectors.joining("\n"));
        accounts.put(
                SEEN.secrets(), passwords + "\n" + Secrets.KEYSTORES + "=" + secrets.get(Secrets.KEYSTORES) + "\n");
    }

    private void postgres() throws GeneralSecurityException, IOException {
        MountedFolder postgres = mounted("postgres");
        Certificates.ServiceFiles own = issued("postgres", false, Set.of("postgres"));
        postgres.copy(folder, own.certificate());
        postgres.copy(folder, own.key());
        // By the socket come the scripts that make the databases.
        postgres.put("pg_hba.conf", "local all all scram-sha-256\n" + SecuredPostgres.clients("all"));
        for (String name : List.of(Secrets.POSTGRES, Secrets.REGISTRY, Secrets.REPORTING, Secrets.SHOP_CDC)) {
            postgres.put(name, secrets.get(name));
        }
    }

    private void registry() throws GeneralSecurityException, IOException {
        MountedFolder mounted = mounted("registry");
        Certificates.ServiceFiles own = issued("registry", false, Set.of("registry"));
        mounted.copy(folder, own.certificate());
        mounted.copy(folder, own.key());
        trust(mounted);
        mounted.put("registry.properties", "millrace.registry.password=" + secrets.get(Secrets.REGISTRY) + "\n");
        mounted.put("health", registryToken(Account.READER));
        // No secret is among them.
        StringBuilder environment = new StringBuilder();
        registry.environment(8080, own)
                .forEach((name, value) ->
                        environment.append(name).append('=').append(value).append('\n'));
        environment
                .append("JAVA_TOOL_OPTIONS=")
                .append(String.join(" ", registry.options(Certificates.trustStore(SEEN.security()))))
                .append('\n');
        mounted.put("registry.env", environment.toString());
    }

    private void redis() throws GeneralSecurityException, IOException {
        MountedFolder redis = mounted("redis");
        Certificates.ServiceFiles own = issued("redis", false, Set.of("redis"));
        redis.copy(folder, own.certificate());
        redis.copy(folder, own.key());
        authority(redis);
        redis.put("redis.conf", new SecuredRedis(secrets).settings(6379, own, Certificates.authority(SEEN.security())));
    }

    private void elasticsearch() throws GeneralSecurityException, IOException {
        MountedFolder elasticsearch = mounted("elasticsearch");
        Certificates.ServiceFiles own = issued("elasticsearch", true, Set.of("elasticsearch"));
        Path certificates = SEEN.root().resolve("certificates");
        for (Path file : List.of(own.certificate(), own.key(), Certificates.authority(SEEN.security()))) {
            elasticsearch.put(certificates.resolve(file.getFileName()), Files.readAllBytes(here(file)));
        }
        authority(elasticsearch);
        SecuredElasticsearch settings = new SecuredElasticsearch(secrets, this.certificates, random);
        elasticsearch.put("elasticsearch.yml", "network.host: 0.0.0.0\n" + settings.settings());
        for (Map.Entry<String, String> file : settings.files().entrySet()) {
            elasticsearch.put(file.getKey(), file.getValue());
        }
        elasticsearch.put("health", basic(Account.READER, Secrets.ELASTICSEARCH_READER));
    }

    private void s3() throws GeneralSecurityException, IOException {
        MountedFolder s3 = mounted("s3");
        Certificates.ServiceFiles own = issued("s3", false, Set.of("s3"));
        s3.copy(folder, own.keystore());
        authority(s3);
        s3.put(
                "s3proxy.conf",
                S3Settings.of(
                        S3Settings.secured("https://0.0.0.0:9000", own.keystore(), secrets),
                        secrets,
                        Path.of("/data")));
    }

    private void connect() throws GeneralSecurityException, IOException {
        MountedFolder connect = mounted("connect");
        connect.copy(folder, issued("connect", false, WORKERS).keystore());
        connect.copy(folder, issued("http-source", false, WORKERS).both());
        authority(connect);
        trust(connect);
        SecuredConnect worker = new SecuredConnect(TOKENS, SEEN, secrets);
        for (Map.Entry<Path, String> file : worker.files().entrySet()) {
            connect.put(file.getKey(), file.getValue());
        }
        // Connectors may refer to accounts, and not to keys and the users of its REST interface, which lie beside them.
        String allowed = SEEN.connectorSecrets().toString();
        connect.put(
                "worker.properties",
                worker.worker("https://0.0.0.0:8083")
                        + "config.providers.file.param.allowed.paths=" + allowed
                        + "\nconfig.providers.dir.param.allowed.paths=" + allowed + "\n");
        connect.put("health", basic(Account.CONTROL, Secrets.CONNECT));
    }

    private void edge() throws GeneralSecurityException, IOException {
        MountedFolder edge = mounted("edge");
        edge.copy(folder, issued("edge", false, Set.of("edge")).both());
        authority(edge);
        edge.put(
                "rest.cfg",
                "global\n    setenv MILLRACE_REST_AUTHORIZATION \"" + basic(Account.CONTROL, Secrets.CONNECT) + "\"\n");
    }

    private void apply(Path environment) throws IOException {
        MountedFolder apply = mounted("apply");
        authority(apply);
        Path jaas = SEEN.root().resolve("kafka.jaas");
        Path password = SEEN.root().resolve("connect.password");
        Path token = SEEN.root().resolve("registry.token");
        apply.put(jaas, Access.jaas(Account.CONTROL, secrets));
        apply.put(password, secrets.get(Secrets.CONNECT));
        apply.put(token, registryToken(Account.CONTROL));
        String authority = Certificates.authority(SEEN.security()).toString();
        Map<String, Object> kafka = Map.of(
                "bootstrap",
                BROKERS,
                "properties",
                Map.of(
                        "security.protocol", "SASL_SSL",
                        "sasl.mechanism", "SCRAM-SHA-512",
                        "sasl.jaas.config", "${file:" + jaas + "}",
                        "ssl.truststore.type", "PEM",
                        "ssl.truststore.location", authority));
        apply.put(
                "compose.yaml",
                SecuredEnvironment.of(
                        environment,
                        Map.of(
                                "connect",
                                Map.of(
                                        "url",
                                        REST,
                                        "user",
                                        Account.CONTROL.user(),
                                        "password",
                                        "${file:" + password + "}",
                                        "truststore",
                                        authority),
                                "kafka",
                                kafka,
                                "registry",
                                Map.of(
                                        "url", REGISTRY + "/apis/ccompat/v7",
                                        "token", "${file:" + token + "}",
                                        "truststore", authority)),
                        SecuredConnectors.settings(TOKENS, SEEN)));
    }

    /** Executors read what their driver reads, and both drivers' run in the one worker. */
    private void spark() throws GeneralSecurityException, IOException {
        String cluster =
                """
                spark.authenticate=true
                spark.authenticate.secret=%s
                spark.network.crypto.enabled=true
                """
                        .formatted(secrets.get(Secrets.SPARK));
        mounted("spark-master").put("spark.properties", cluster);
        MountedFolder worker = mounted("spark-worker");
        worker.put("spark.properties", cluster);
        authority(worker);
        trust(worker);
        Path secret = SEEN.root().resolve("spark.secret");
        for (Account account : DRIVERS) {
            MountedFolder driver = mounted(account.user());
            SecuredDriver secured = new SecuredDriver(SEEN, account);
            for (MountedFolder reader : List.of(driver, worker)) {
                reader.copy(folder, Access.registryToken(SEEN, account));
                reader.put(secured.file("kafka.jaas"), Access.jaas(account, secrets));
            }
            for (Map.Entry<Path, String> file : secured.files(secrets).entrySet()) {
                driver.put(file.getKey(), file.getValue());
            }
            driver.copy(
                    folder,
                    issued(account.user(), false, Set.of(account.user())).keystore());
            authority(driver);
            trust(driver);
            driver.put(secret, secrets.get(Secrets.SPARK));
            driver.put(
                    "driver.properties",
                    secured.settings()
                            // Where Kafka resolves references itself, nobody resolves one to the environment.
                            + "kafka.bootstrap.servers=" + BROKERS + "\nspark.authenticate.secret=${file:" + secret
                            + "}\n");
            driver.put("health", "Bearer " + secrets.get(Secrets.DRIVER_TOKEN));
        }
    }

    private MountedFolder mounted(String service) {
        return new MountedFolder(folder.root().resolve("mounted").resolve(service));
    }

    /** A service's certificate, issued where it is missing; as the container sees it. */
    private Certificates.ServiceFiles issued(String service, boolean alsoClient, Set<String> hosts)
            throws GeneralSecurityException, IOException {
        certificates.of(service, alsoClient, hosts);
        return Certificates.ServiceFiles.in(SEEN.security(), service);
    }

    private void authority(MountedFolder mounted) throws IOException {
        mounted.copy(folder, Certificates.authority(SEEN.security()));
    }

    private void trust(MountedFolder mounted) throws IOException {
        authority(mounted);
        mounted.copy(folder, Certificates.trustStore(SEEN.security()));
    }

    private Path here(Path seen) {
        return folder.root().resolve(SEEN.root().relativize(seen));
    }

    private String registryToken(Account account) throws IOException {
        return "Bearer "
                + Files.readString(Access.registryToken(folder, account)).strip();
    }

    private String basic(Account account, String secret) {
        byte[] both = (account.user() + ":" + secrets.get(secret)).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }
}
