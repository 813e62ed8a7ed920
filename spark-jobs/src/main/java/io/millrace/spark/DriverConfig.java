package io.millrace.spark;

import io.millrace.schemas.NearestName;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The driver's configuration: a properties file in which {@code ${env:NAME}} stands for an environment variable and
 * {@code ${file:PATH}} for a file's content. A key that nobody knows is an error; keys that begin with {@code spark.} go
 * to Spark as they are, those that begin with {@code kafka.} to every Kafka client, without the prefix: there {@code
 * kafka.config.providers} has Kafka resolve references itself, so that no secret is ever part of a query. Immutable.
 */
public final class DriverConfig {
    static final List<ConfigKey> KEYS = List.of(
            new ConfigKey("kafka.bootstrap.servers", null, "Brokers to start from, host:port,..."),
            new ConfigKey("registry.url", null, "Base URL of the schema registry's Confluent API."),
            new ConfigKey(
                    "registry.token.file",
                    "",
                    "File with the bearer token for the registry, read again for each request; empty: none."),
            new ConfigKey("s3.endpoint", null, "URL of the S3 service; needed when a path begins with s3a://."),
            new ConfigKey("s3.access.key", null, "Access key of the S3 service."),
            new ConfigKey("s3.secret.key", null, "Secret key of the S3 service; a ${env:NAME} reference is best."),
            new ConfigKey("lake.path", null, "Folder that holds the Hudi tables, one folder per table."),
            new ConfigKey("checkpoint.path", null, "Folder that holds the checkpoints, one folder per job."),
            new ConfigKey(
                    "contracts.path", "", "Folder of contracts, followed while it changes; empty: those in the jar."),
            new ConfigKey("jobs.path", "", "Folder of declared jobs, followed while it changes; empty: none."),
            new ConfigKey(
                    "geo.country.mmdb", null, "MaxMind-format file that maps addresses to countries, or to cities."),
            new ConfigKey(
                    "control.host",
                    "127.0.0.1",
                    "Address that the control endpoint listens on; beyond loopback give it control.token.file and"
                            + " control.tls.keystore."),
            new ConfigKey("control.port", "0", "Port of the control endpoint; 0 takes a free one."),
            new ConfigKey(
                    "control.token.file",
                    "",
                    "File with the token that every request to the control endpoint must carry as bearer; empty: none."),
            new ConfigKey(
                    "control.tls.keystore",
                    "",
                    "PKCS#12 file with key and certificate of the control endpoint, which then speaks TLS only."),
            new ConfigKey("control.tls.keystore.password", "", "Password of that file."),
            new ConfigKey("trigger.serving", "500 ms", "Shortest time between two batches of a serving job."),
            new ConfigKey(
                    "trigger.reports",
                    "5 s",
                    "Shortest time between two batches of page_views, top_pages, shop_sales and data_quality."),
            new ConfigKey("trigger.lake", "5 s", "Shortest time between two batches of a lake job."),
            new ConfigKey("state.ttl", "24h", "How long state is kept after it was last touched."),
            new ConfigKey(
                    "state.store",
                    "auto",
                    "Where jobs keep their state: memory, rocksdb, or auto: rocksdb for enrich, events_per_minute and shop_sales,"
                            + " which remember each id, and memory for the others. A job's own file comes first."),
            new ConfigKey("session.gap", "30m", "Silence that ends a session."),
            new ConfigKey("session.max", "24h", "Longest session; a longer run of events is cut."),
            new ConfigKey("starting.offsets", "earliest", "Where a job without a checkpoint begins to read."),
            new ConfigKey("batch.max.records", "100000", "Most records that one batch reads from its topic."),
            new ConfigKey(
                    "mirror.topics",
                    "^cdc\\.(?![^.]+\\.message$).*",
                    "Pattern of the topics that lake_mirror mirrors; found within names. Messages of a log are no table."),
            new ConfigKey("lock.lease", "30s", "How long the lock of a run that died keeps others from its job."),
            new ConfigKey("stop.patience", "60s", "How long a TERM signal lets a batch of millrace-jobs run go on."),
            new ConfigKey("cores", "2", "Threads that run tasks in this process."));

    private static final String KAFKA = "kafka.";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]+)}");
    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

    private final String origin;
    private final Map<String, String> values;

    private DriverConfig(String origin, Map<String, String> values) {
        this.origin = origin;
        this.values = values;
    }

    /**
     * Reads a properties file in UTF-8.
     *
     * @throws ConfigException when it cannot be read, has an unknown key or names an unset environment variable
     */
    public static DriverConfig read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new ConfigException("cannot read the configuration " + file + ": " + e, e);
        }
        Map<String, String> entries = new TreeMap<>();
        properties.forEach((key, value) -> entries.put(key.toString(), value.toString()));
        return of(file.toString(), entries, System::getenv);
    }

    /**
     * Checks and resolves entries.
     *
     * @param origin where they come from, for messages
     * @param environment gives the value of an environment variable, null when it is not set
     */
    public static DriverConfig of(String origin, Map<String, String> entries, Function<String, String> environment) {
        Map<String, String> values = new LinkedHashMap<>();
        entries.forEach((key, value) -> {
            if (!key.startsWith("spark.") && !isKnown(key) && !isKafkas(key)) {
                throw new ConfigException(origin + ": unknown key " + key + "; " + nearest(key));
            }
            boolean kafkaResolves = key.startsWith(KAFKA) && entries.containsKey(KAFKA + "config.providers");
            values.put(key, kafkaResolves ? value.strip() : resolve(origin, key, value.strip(), environment));
        });
        return new DriverConfig(origin, values);
    }

    /** The value of a key, its default when the file does not have it, empty when there is no default either. */
    public Optional<String> find(String key) {
        ConfigKey known = KEYS.stream()
                .filter(candidate -> candidate.name().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such key: " + key));
        return Optional.ofNullable(values.getOrDefault(key, known.fallback())).filter(text -> !text.isEmpty());
    }

    /**
     * The value of a key.
     *
     * @throws ConfigException when it is missing
     */
    public String require(String key) {
        return find(key).orElseThrow(() -> wrong(key, "is missing"));
    }

    /** A whole number, zero or more. */
    public int number(String key) {
        try {
            int value = Integer.parseInt(require(key));
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, as for a negative number
        }
        throw wrong(key, "must be a whole number, not " + require(key));
    }

    /** A length of time such as {@code 500 ms}, {@code 24h}. */
    public Duration duration(String key) {
        Matcher matcher = DURATION.matcher(require(key));
        if (!matcher.matches()) {
            throw wrong(key, "must be a number and a unit (ms, s, m, h, d), not " + require(key));
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** The entries that go to Spark unchanged. */
    public Map<String, String> sparkSettings() {
        Map<String, String> settings = new TreeMap<>(values);
        settings.keySet().removeIf(key -> !key.startsWith("spark."));
        return settings;
    }

    /** The brokers, and how they are reached, as options of Spark's Kafka source and sink. */
    public Map<String, String> kafkaOptions() {
        Map<String, String> options = new TreeMap<>(values);
        options.keySet().removeIf(key -> !key.startsWith(KAFKA));
        options.put("kafka.bootstrap.servers", bootstrapServers());
        return options;
    }

    /** The same as properties of a Kafka client, with further ones. */
    public Map<String, Object> kafkaClient(Map<String, Object> further) {
        Map<String, Object> properties = new HashMap<>();
        kafkaOptions().forEach((key, value) -> properties.put(key.substring(KAFKA.length()), value));
        properties.putAll(further);
        return properties;
    }

    /** The schema registry, and what it wants to be shown. */
    RegistryAddress registry() {
        return new RegistryAddress(
                require("registry.url"), find("registry.token.file").orElse(""));
    }

    public String bootstrapServers() {
        return require("kafka.bootstrap.servers");
    }

    /** Folder of a Hudi table. */
    public String table(String name) {
        return require("lake.path") + "/" + name;
    }

    /** Checkpoint folder of a job. */
    public String checkpoint(String job) {
        return require("checkpoint.path") + "/" + job;
    }

    /**
     * Where jobs keep their state; empty: each where it is best.
     *
     * @throws ConfigException when there is no such store
     */
    public Optional<StateStore> stateStore() {
        String label = require("state.store");
        Optional<StateStore> store = StateStore.of(label);
        if (store.isEmpty() && !label.equals("auto")) {
            List<String> labels = new ArrayList<>(StateStore.labels());
            labels.add("auto");
            throw wrong("state.store", "must not be " + label + "; " + NearestName.hint(label, labels));
        }
        return store;
    }

    /** Shortest time between two batches of a group's jobs. */
    public Duration trigger(Group group) {
        return duration("trigger." + group.label());
    }

    private ConfigException wrong(String key, String reason) {
        return new ConfigException(origin + ": " + key + " " + reason);
    }

    private static boolean isKnown(String key) {
        return KEYS.stream().anyMatch(known -> known.name().equals(key));
    }

    /** Whether a client of Kafka has a setting of the name behind the prefix, or a provider of references may have it. */
    private static boolean isKafkas(String key) {
        if (!key.startsWith(KAFKA)) {
            return false;
        }
        String name = key.substring(KAFKA.length());
        return name.startsWith("config.providers")
                || Stream.of(
                                ConsumerConfig.configNames(),
                                ProducerConfig.configNames(),
                                AdminClientConfig.configNames())
                        .anyMatch(names -> names.contains(name));
    }

    private static String nearest(String key) {
        return NearestName.hint(key, KEYS.stream().map(ConfigKey::name).toList());
    }

    private static String resolve(String origin, String key, String value, Function<String, String> environment) {
        return REFERENCE.matcher(value).replaceAll(match -> {
            boolean file = match.group(1).equals("file");
            String found = file ? content(match.group(2)) : environment.apply(match.group(2));
            if (found == null) {
                throw new ConfigException(origin + ": " + key + " refers to the "
                        + (file ? "file " : "environment variable ") + match.group(2)
                        + (file ? ", which cannot be read" : ", which is not set"));
            }
            return Matcher.quoteReplacement(found);
        });
    }

    /** Null when there is no such file. */
    private static String content(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }
}
