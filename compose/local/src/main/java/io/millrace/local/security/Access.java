package io.millrace.local.security;

import io.millrace.connect.configs.TlsFiles;
import io.millrace.local.StackAddress;
import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackException;
import io.millrace.local.stack.StackFolder;
import io.millrace.schemas.SchemaRegistry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;

/**
 * How programs on this machine reach the parts of a stack, and what they show them: nothing, or on a stack that was
 * started with {@code --secure} the accounts in its state folder. Safe for use by several threads.
 */
public final class Access {
    private final StackAddress address;
    private final Optional<StackFolder> secured;
    private final Supplier<SSLContext> tls;

    private Access(StackAddress address, Optional<StackFolder> secured) {
        this.address = address;
        this.secured = secured;
        this.tls = () ->
                TlsFiles.context(secured.map(Access::authority), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A stack that lets everybody in. */
    public static Access open(StackAddress address) {
        return new Access(address, Optional.empty());
    }

    /** A stack that asks for certificates and passwords, which are in its state folder. */
    public static Access secured(StackAddress address, StackFolder folder) {
        return new Access(address, Optional.of(folder));
    }

    public static Access of(StackAddress address, StackFolder folder, boolean secured) {
        return secured ? secured(address, folder) : open(address);
    }

    public StackAddress address() {
        return address;
    }

    public boolean isSecured() {
        return secured.isPresent();
    }

    /** {@code http://127.0.0.1:port}, or with https, without a slash at the end. */
    public String url(int port) {
        return (secured.isPresent() ? "https" : "http") + "://" + StackAddress.HOST + ":" + port;
    }

    /** A client that trusts the stack, and nobody else if it is secured. */
    public HttpClient.Builder http() {
        HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        return secured.isPresent() ? client.sslContext(tls.get()) : client;
    }

    /** Whom to trust; empty: whom the Java runtime trusts. */
    public Optional<SSLContext> tls() {
        return secured.map(folder -> tls.get());
    }

    /** Adds to a request what its part has to be shown. */
    public HttpRequest.Builder authorize(Part part, HttpRequest.Builder request) {
        headers(part).forEach(request::setHeader);
        return request;
    }

    /** The headers that a part has to be shown; none on an open stack. */
    public Map<String, String> headers(Part part) {
        if (secured.isEmpty()) {
            return Map.of();
        }
        return switch (part) {
            case PAGE -> basic("millrace", Secrets.PAGE);
            case HTTP_SOURCE -> Map.of("X-Write-Key", secret(Secrets.WRITE_KEY));
            case CONNECT -> basic(Account.CONTROL.user(), Secrets.CONNECT);
            case REGISTRY -> Map.of("Authorization", registryToken(Account.READER));
            case ELASTICSEARCH -> basic(Account.READER.user(), Secrets.ELASTICSEARCH_READER);
            case SERVING_DRIVER, LAKE_DRIVER -> Map.of("Authorization", "Bearer " + secret(Secrets.DRIVER_TOKEN));
            case OTHER -> Map.of();
        };
    }

    /** Client properties of an account at the brokers. */
    public Map<String, Object> kafka(Account account) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", StackAddress.HOST + ":" + address.kafka());
        secured.ifPresent(folder -> {
            properties.put("security.protocol", "SASL_SSL");
            properties.put("sasl.mechanism", "SCRAM-SHA-512");
            properties.put("sasl.jaas.config", jaas(account, Secrets.read(folder)));
            properties.putAll(trusting(folder));
        });
        return properties;
    }

    static Map<String, String> trusting(StackFolder folder) {
        return Map.of(
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                authority(folder).toString());
    }

    static String jaas(Account account, Secrets secrets) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + account.user()
                + "\" password=\"" + secrets.get(account.kafkaPassword()) + "\";";
    }

    /** The schema registry, for an account. */
    public SchemaRegistry registry(Account account) {
        return new SchemaRegistry(
                url(address.registry()) + "/apis/ccompat/v7",
                () -> secured.map(folder -> registryToken(account)),
                tls());
    }

    /** Redis, for reading. */
    public RedisClient redis() {
        if (secured.isEmpty()) {
            return RedisClient.create(StackAddress.HOST, address.redis());
        }
        SSLParameters parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return RedisClient.builder()
                .hostAndPort(new HostAndPort(StackAddress.HOST, address.redis()))
                .clientConfig(DefaultJedisClientConfig.builder()
                        .ssl(true)
                        .sslSocketFactory(tls.get().getSocketFactory())
                        .sslParameters(parameters)
                        .user(Account.READER.user())
                        .password(secret(Secrets.REDIS_READER))
                        .connectionTimeoutMillis((int) Duration.ofSeconds(3).toMillis())
                        .build())
                .build();
    }

    /** Where a database of the stack's PostgreSQL is, with what TLS needs. */
    public String jdbc(String database) {
        StringBuilder url = new StringBuilder("jdbc:postgresql://" + StackAddress.HOST + ":" + address.postgres())
                .append("/")
                .append(database);
        String separator = "?";
        for (Map.Entry<String, String> property : new TreeMap<>(postgres()).entrySet()) {
            url.append(separator).append(property.getKey()).append("=").append(property.getValue());
            separator = "&";
        }
        return url.toString();
    }

    /** Properties of a connection to PostgreSQL beside user and password. */
    public Map<String, String> postgres() {
        return secured.map(folder -> Map.of(
                        "sslmode",
                        "verify-full",
                        "sslrootcert",
                        authority(folder).toString()))
                .orElse(Map.of());
    }

    /** The certificate of the stack's authority, PEM; empty on an open stack. */
    public Optional<Path> authority() {
        return secured.map(Access::authority);
    }

    private static Path authority(StackFolder folder) {
        return folder.security().resolve("ca.pem");
    }

    /** File with an account's token for the registry. */
    static Path registryToken(StackFolder folder, Account account) {
        return folder.security().resolve("accounts").resolve(account.user()).resolve("registry.token");
    }

    /** The header Authorization of an account at the registry of a secured stack; never to be printed. */
    public String registryToken(Account account) {
        Path file = registryToken(secured.orElseThrow(), account);
        try {
            return "Bearer " + Files.readString(file).strip();
        } catch (IOException e) {
            throw new StackException("cannot read the registry's token " + file + ": " + e.getMessage(), e);
        }
    }

    private Map<String, String> basic(String user, String secret) {
        byte[] both = (user + ":" + secret(secret)).getBytes(StandardCharsets.UTF_8);
        return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(both));
    }

    /** Read anew each time: a secret may have been replaced. */
    private String secret(String name) {
        return Secrets.read(secured.orElseThrow()).get(name);
    }
}
