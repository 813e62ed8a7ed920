package io.millrace.connect.file;

import io.millrace.connect.commons.RetryBudget;
import io.millrace.connect.commons.contract.ConverterSettings;
import io.millrace.connect.commons.contract.LiveContracts;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;

/** The values of the connector's keys, for the connector or for one of its tasks. */
final class FileSourceConfig extends AbstractConfig {
    /** Which task a configuration is for, counted from 0. */
    static final String TASK = "millrace.task";
    /** How many tasks there are. */
    static final String TASKS = "millrace.tasks";

    FileSourceConfig(Map<String, String> given) {
        super(FileKeys.DEFINITION, given, false);
    }

    String connectorName() {
        return other("name", "file-source");
    }

    String task() {
        return other(TASK, "0");
    }

    Location location() {
        return Location.parse(FileKeys.LOCATION, getString(FileKeys.LOCATION));
    }

    Store store() {
        if (location() instanceof Location.Bucket bucket) {
            return new S3Store(s3().client(), bucket.name(), bucket.prefix());
        }
        return new LocalStore(
                ((Location.Folder) location()).path(),
                getString(FileKeys.IDENTITY).equals(FileKeys.BY_INODE));
    }

    private S3Store.Access s3() {
        Password secret = getPassword(FileKeys.S3_SECRET_KEY);
        return new S3Store.Access(
                text(FileKeys.S3_ENDPOINT).map(URI::create),
                getString(FileKeys.S3_REGION),
                getBoolean(FileKeys.S3_PATH_STYLE),
                getString(FileKeys.S3_ACCESS_KEY),
                secret == null ? "" : secret.value());
    }

    /** Tells by its path below the location whether a file is to be read. */
    Predicate<String> wanted() {
        Pattern include = Pattern.compile(getString(FileKeys.INCLUDE));
        Pattern exclude = Pattern.compile(getString(FileKeys.EXCLUDE));
        return path -> include.matcher(path).matches() && !exclude.matcher(path).matches();
    }

    /** Tells which objects are this task's: always the same ones for as long as there are as many tasks. */
    Predicate<StoredObject> own() {
        int tasks = Integer.parseInt(other(TASKS, "1"));
        int task = Integer.parseInt(task());
        return object -> share(object.identity(), tasks) == task;
    }

    static int share(String identity, int tasks) {
        CRC32 hash = new CRC32();
        hash.update(identity.getBytes(StandardCharsets.UTF_8));
        return (int) (hash.getValue() % tasks);
    }

    Format format() {
        return Format.of(getString(FileKeys.FORMAT));
    }

    ValueFormat valueFormat() {
        String given = getString(FileKeys.VALUE_FORMAT);
        return given.equals(FileKeys.USUAL) ? ValueFormat.usual(format()) : ValueFormat.of(given);
    }

    ContentPlan content() {
        String compression = getString(FileKeys.COMPRESSION);
        String delimiter = getString(FileKeys.CSV_DELIMITER);
        return new ContentPlan(
                format(),
                compression.equals(FileKeys.BY_NAME)
                        ? Optional.empty()
                        : Optional.of(Compression.valueOf(compression.toUpperCase(Locale.ROOT))),
                delimiter.equals("tab") ? '\t' : delimiter.charAt(0),
                columns(),
                getInt(FileKeys.MAX_RECORD_BYTES),
                getLong(FileKeys.MAX_ROW_GROUP_BYTES));
    }

    List<String> columns() {
        return getList(FileKeys.CSV_COLUMNS).stream()
                .map(String::strip)
                .filter(column -> !column.isEmpty())
                .toList();
    }

    /** @throws RuntimeException when the contracts cannot be read, with the reason */
    ValuePlan values(Clock clock) {
        boolean contract = valueFormat() == ValueFormat.CONTRACT;
        return new ValuePlan(
                format(),
                valueFormat(),
                getString(FileKeys.CONTRACT),
                contract ? LiveContracts.of(contractsPath(), converter(), clock) : null,
                getString(FileKeys.UNKNOWN_FIELDS).equals(FileKeys.IGNORE),
                getInt(FileKeys.MAX_RECORD_BYTES),
                clock);
    }

    Optional<Path> contractsPath() {
        return text(FileKeys.CONTRACTS_PATH).map(Path::of);
    }

    /** What is known of the converter that writes the records. */
    ConverterSettings converter() {
        return new ConverterSettings(originals());
    }

    FileTemplate topic() {
        return FileTemplate.topic(FileKeys.TOPIC, getString(FileKeys.TOPIC));
    }

    Optional<FileTemplate> key() {
        return text(FileKeys.KEY).map(text -> FileTemplate.key(FileKeys.KEY, text));
    }

    Records.Malformed malformed() {
        return new Records.Malformed(
                text(FileKeys.QUARANTINE_TOPIC), "all".equalsIgnoreCase(other("errors.tolerance", "none")));
    }

    Cleanup cleanup() {
        return switch (getString(FileKeys.CLEANUP)) {
            case "delete" -> new Cleanup.Delete();
            case "move" -> new Cleanup.Move(getString(FileKeys.CLEANUP_TARGET));
            default -> new Cleanup.None();
        };
    }

    Reading.Bounds bounds(LongSupplier nanos) {
        return new Reading.Bounds(
                getInt(FileKeys.MAX_POLL_RECORDS),
                getLong(FileKeys.MAX_POLL_BYTES),
                new RateLimit(getLong(FileKeys.RATE_RECORDS), nanos),
                new RateLimit(getLong(FileKeys.RATE_BYTES), nanos));
    }

    RetryBudget retryBudget(Clock clock, RandomGenerator random) {
        return new RetryBudget(
                getLong(FileKeys.RETRY_BACKOFF_MIN_MS),
                getLong(FileKeys.RETRY_BACKOFF_MAX_MS),
                RetryBudget.UNLIMITED,
                clock::millis,
                random);
    }

    /** A text setting; empty when it is not set. */
    Optional<String> text(String key) {
        return Optional.ofNullable(getString(key)).filter(text -> !text.isBlank());
    }

    private String other(String key, String otherwise) {
        Object value = originals().get(key);
        return value == null ? otherwise : String.valueOf(value);
    }
}
