package io.millrace.local.stack;

import io.millrace.local.security.Account;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/** The stack's passwords and keys, generated once per state folder. Immutable. */
public final class Secrets {
    /** Superuser {@code postgres}. */
    public static final String POSTGRES = "postgres.password";
    /** Role and owner of database {@code registry}. */
    public static final String REGISTRY = "registry.password";
    /** Role and owner of database {@code reporting}. */
    public static final String REPORTING = "reporting.password";
    /** Role {@code millrace_cdc}, which reads the shop's log. */
    public static final String SHOP_CDC = "shop.cdc.password";

    public static final String S3_ACCESS_KEY = "s3.access.key";
    public static final String S3_SECRET_KEY = "s3.secret.key";

    /** User {@code millrace} of the page; of a secured stack, as all that follow. */
    public static final String PAGE = "page.password";
    /** User {@code control} of Connect's REST interface. */
    public static final String CONNECT = "connect.password";
    /** Key of whoever sends events to the http-source. */
    public static final String WRITE_KEY = "http.write.key";

    public static final String REDIS_SINK = "redis.sink.password";
    public static final String REDIS_READER = "redis.reader.password";
    public static final String ELASTICSEARCH_SINK = "elasticsearch.sink.password";
    public static final String ELASTICSEARCH_READER = "elasticsearch.reader.password";
    /** User {@code millrace} of the MQTT broker. */
    public static final String MQTT = "mqtt.password";
    /** Token of the Spark drivers' control endpoints. */
    public static final String DRIVER_TOKEN = "driver.token";
    /** Of the PKCS#12 files, whose keys lie beside them. */
    public static final String KEYSTORES = "keystore.password";
    /** What the processes of a Spark cluster of several show each other. */
    public static final String SPARK = "spark.secret";
    /** Key under which personal data is hashed. */
    public static final String PERSONAL_DATA = "personal.data.key";

    private static final List<String> NAMES = Stream.concat(
                    Stream.of(
                            POSTGRES,
                            REGISTRY,
                            REPORTING,
                            SHOP_CDC,
                            S3_ACCESS_KEY,
                            S3_SECRET_KEY,
                            PAGE,
                            CONNECT,
                            WRITE_KEY,
                            REDIS_SINK,
                            REDIS_READER,
                            ELASTICSEARCH_SINK,
                            ELASTICSEARCH_READER,
                            MQTT,
                            DRIVER_TOKEN,
                            KEYSTORES,
                            SPARK,
                            PERSONAL_DATA),
                    Arrays.stream(Account.values())
                            .filter(account -> account != Account.KAFKA)
                            .map(Account::kafkaPassword))
            .toList();

    private final Properties values;

    private Secrets(Properties values) {
        this.values = values;
    }

    /**
     * Reads the secrets of a stack.
     *
     * @throws StackException when the folder has none
     */
    public static Secrets read(StackFolder folder) {
        Properties values = load(folder.secrets());
        if (values.isEmpty()) {
            throw new StackException(
                    "no stack was ever started in " + folder.root() + "; start one with ./millrace up");
        }
        return new Secrets(values);
    }

    /** Reads the secrets of a stack after adding those that it does not have yet. */
    static Secrets readOrCreate(StackFolder folder, SecureRandom random) {
        return readOrCreate(folder, random, Map.of());
    }

    /** @param given values that are known from elsewhere; they replace what the stack had */
    public static Secrets readOrCreate(StackFolder folder, SecureRandom random, Map<String, String> given) {
        Properties values = load(folder.secrets());
        boolean changed = !values.entrySet().containsAll(given.entrySet());
        values.putAll(given);
        for (String name : NAMES) {
            if (!values.containsKey(name)) {
                values.setProperty(name, newValue(random));
                changed = true;
            }
        }
        if (changed) {
            store(folder.secrets(), values);
        }
        return new Secrets(values);
    }

    /** Gives a secret another value, and reads them all. */
    static Secrets replace(StackFolder folder, String name, SecureRandom random) {
        Properties values = load(folder.secrets());
        values.setProperty(name, newValue(random));
        store(folder.secrets(), values);
        return new Secrets(values);
    }

    private static String newValue(SecureRandom random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The value under one of the names above. */
    public String get(String name) {
        String value = values.getProperty(name);
        if (value == null) {
            throw new StackException("secrets.properties has no " + name + "; run ./millrace up once to add it");
        }
        return value;
    }

    private static Properties load(Path file) {
        Properties values = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                values.load(reader);
            } catch (IOException e) {
                throw new StackException("cannot read " + file + ": " + e.getMessage(), e);
            }
        }
        return values;
    }

    private static void store(Path file, Properties values) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            try (Writer writer = Files.newBufferedWriter(file)) {
                values.store(writer, "Generated by millrace up; removing it locks the stack out of its own data.");
            }
        } catch (IOException e) {
            throw new StackException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
