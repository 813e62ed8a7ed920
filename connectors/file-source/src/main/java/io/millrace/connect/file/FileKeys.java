package io.millrace.connect.file;

import io.millrace.connect.commons.SinkSettings;
import io.millrace.connect.commons.config.KeyGroups;
import java.net.URI;
import java.util.Arrays;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/** The keys of the connector: their types, defaults and bounds. */
final class FileKeys {
    static final String LOCATION = "location";
    static final String INCLUDE = "files.include";
    static final String EXCLUDE = "files.exclude";
    static final String IDENTITY = "file.identity";
    static final String SCAN_INTERVAL_MS = "scan.interval.ms";
    static final String SETTLE_MS = "file.settle.ms";
    static final String S3_ENDPOINT = "s3.endpoint";
    static final String S3_REGION = "s3.region";
    static final String S3_PATH_STYLE = "s3.path.style";
    static final String S3_ACCESS_KEY = "s3.access.key";
    static final String S3_SECRET_KEY = "s3.secret.key";
    static final String FORMAT = "format";
    static final String COMPRESSION = "compression";
    static final String CSV_DELIMITER = "csv.delimiter";
    static final String CSV_COLUMNS = "csv.columns";
    static final String VALUE_FORMAT = "value.format";
    static final String CONTRACT = "contract";
    static final String CONTRACTS_PATH = "contracts.path";
    static final String UNKNOWN_FIELDS = "unknown.fields";
    static final String TOPIC = "topic";
    static final String KEY = "key";
    static final String QUARANTINE_TOPIC = "quarantine.topic";
    static final String CLEANUP = "cleanup";
    static final String CLEANUP_TARGET = "cleanup.target";
    static final String MAX_RECORD_BYTES = "max.record.bytes";
    static final String MAX_ROW_GROUP_BYTES = "parquet.max.row.group.bytes";
    static final String MAX_POLL_RECORDS = "max.poll.records";
    static final String MAX_POLL_BYTES = "max.poll.bytes";
    static final String RATE_RECORDS = "rate.records.per.second";
    static final String RATE_BYTES = "rate.bytes.per.second";
    static final String RETRY_BACKOFF_MIN_MS = SinkSettings.RETRY_BACKOFF_MIN_MS;
    static final String RETRY_BACKOFF_MAX_MS = SinkSettings.RETRY_BACKOFF_MAX_MS;
    static final String CONNECTION_CHECK = SinkSettings.CONNECTION_CHECK;

    static final String BY_INODE = "inode";
    static final String BY_PATH = "path";
    static final String BY_NAME = "by-name";
    static final String USUAL = "usual";
    static final String REFUSE = "refuse";
    static final String IGNORE = "ignore";

    static final ConfigDef DEFINITION = definition();

    private final KeyGroups keys = new KeyGroups();

    private FileKeys() {}

    private static ConfigDef definition() {
        FileKeys keys = new FileKeys();
        keys.files();
        keys.s3();
        keys.content();
        keys.records();
        keys.afterwards();
        keys.limits();
        keys.keys.delivery("the files cannot be read", "the location can be listed");
        return keys.keys.definition();
    }

    private void files() {
        keys.group("Files");
        keys.key(
                LOCATION,
                Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                LambdaValidator.with(
                        (name, value) -> Location.parse(name, (String) value), () -> "folder or s3:// URI"),
                Importance.HIGH,
                "Where the files are: a folder that every worker sees, with what is below it, or s3://bucket/prefix/.");
        keys.pattern(
                INCLUDE,
                ".*",
                Importance.MEDIUM,
                "Regular expression of the files to read, matched with the whole path below the location.");
        keys.pattern(
                EXCLUDE,
                "(.*/)?\\..*|.*\\.(tmp|part)",
                Importance.LOW,
                "Regular expression of files not to read among those: hidden ones and those that are being copied in.");
        keys.key(
                IDENTITY,
                Type.STRING,
                BY_INODE,
                ValidString.in(BY_INODE, BY_PATH),
                Importance.LOW,
                "What a file of a folder is known by: its inode, which a rename keeps, or its path, for file systems whose"
                        + " inodes are not the same on every worker. Objects of S3 are known by their key.");
        keys.key(
                SCAN_INTERVAL_MS,
                Type.LONG,
                5_000L,
                Range.atLeast(10),
                Importance.MEDIUM,
                "Wait between two looks for files that came or grew, in milliseconds.");
        keys.key(
                SETTLE_MS,
                Type.LONG,
                5_000L,
                Range.atLeast(0),
                Importance.MEDIUM,
                "How long a file of a folder must not have changed before what a writer could still add to is taken:"
                        + " compressed, Avro and Parquet files, a last line without an end, and the clean-up.");
    }

    private void s3() {
        keys.group("S3");
        keys.key(
                S3_ENDPOINT,
                Type.STRING,
                "",
                LambdaValidator.with(FileKeys::checkUri, () -> "http:// or https:// URI"),
                Importance.MEDIUM,
                "Address of a service that speaks S3; empty: Amazon's.");
        keys.key(S3_REGION, Type.STRING, "us-east-1", null, Importance.MEDIUM, "Region of the bucket.");
        keys.key(
                S3_PATH_STYLE,
                Type.BOOLEAN,
                false,
                null,
                Importance.LOW,
                "Whether the bucket is in the path rather than in the name of the host, as most services beside Amazon want"
                        + " it.");
        keys.key(
                S3_ACCESS_KEY,
                Type.STRING,
                "",
                null,
                Importance.MEDIUM,
                "Access key; empty: environment, web identity, profile or role of the machine, whichever is there.");
        keys.key(S3_SECRET_KEY, Type.PASSWORD, "", null, Importance.MEDIUM, "Secret key.");
    }

    private void content() {
        keys.group("Content");
        keys.key(
                FORMAT,
                Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                ValidString.in(names(Format.values())),
                Importance.HIGH,
                "What the files hold: ndjson, csv, combined (logs of web servers), lines, avro or parquet.");
        keys.key(
                COMPRESSION,
                Type.STRING,
                BY_NAME,
                ValidString.in(BY_NAME, "none", "gzip", "zstd"),
                Importance.MEDIUM,
                "How text is compressed: by-name (.gz and .zst are, others are not), none, gzip or zstd. Files may consist"
                        + " of several compressed ones.");
        keys.key(
                CSV_DELIMITER,
                Type.STRING,
                ",",
                LambdaValidator.with(FileKeys::checkDelimiter, () -> "one ASCII character, or tab"),
                Importance.LOW,
                "What separates cells of CSV: a character, or the word tab.");
        keys.key(
                CSV_COLUMNS,
                Type.LIST,
                "",
                null,
                Importance.LOW,
                "Names of the columns of CSV without a header; empty: the first row has them.");
    }

    private void records() {
        keys.group("Records");
        keys.key(
                TOPIC,
                Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                FileTemplate.validator(),
                Importance.HIGH,
                "Kafka topic of a record, made of ${file.name}, ${file.path}, with dots for slashes, and ${file.path[N]}, its"
                        + " part N from 0.");
        keys.key(
                KEY,
                Type.STRING,
                "",
                FileTemplate.validator(),
                Importance.MEDIUM,
                "Key of a record, made of the same, of ${record}, its number, and of ${field.NAME}, a field of its value."
                        + " Empty: the contract's key, else none.");
        keys.key(
                VALUE_FORMAT,
                Type.STRING,
                USUAL,
                ValidString.in(USUAL, "contract", "schema", "string", "bytes"),
                Importance.HIGH,
                "What a value is: a struct that keeps a contract, a struct of the fields that the file declares (schema: Avro,"
                        + " Parquet, and CSV as texts), or string or bytes as they are. usual: contract for ndjson, csv and"
                        + " combined, schema for avro and parquet, string for lines.");
        keys.key(
                CONTRACT,
                Type.STRING,
                "",
                null,
                Importance.MEDIUM,
                "Contract of the records, by its name in the catalogue; empty: the one of the Kafka topic.");
        keys.key(
                CONTRACTS_PATH,
                Type.STRING,
                "",
                null,
                Importance.MEDIUM,
                "Folder of contracts, followed while the connector runs; empty: those that are built in.");
        keys.key(
                UNKNOWN_FIELDS,
                Type.STRING,
                REFUSE,
                ValidString.in(REFUSE, IGNORE),
                Importance.MEDIUM,
                "What becomes of a field or column that the contract does not have: refuse makes the record malformed, ignore"
                        + " leaves the field out.");
        keys.key(
                QUARANTINE_TOPIC,
                Type.STRING,
                "",
                null,
                Importance.MEDIUM,
                "Kafka topic for malformed records, as they stand in the file, with reason and place in headers. Empty:"
                        + " errors.tolerance decides whether they are dropped or the task fails.");
    }

    private void afterwards() {
        keys.group("Afterwards");
        keys.key(
                CLEANUP,
                Type.STRING,
                "none",
                ValidString.in("none", "delete", "move"),
                Importance.MEDIUM,
                "What becomes of a file once Kafka has its last record: none, delete, or move.");
        keys.key(
                CLEANUP_TARGET,
                Type.STRING,
                "",
                null,
                Importance.MEDIUM,
                "Where to move: a folder of the same file system, or a prefix of the same bucket; not below the location.");
    }

    private void limits() {
        keys.group("Limits");
        keys.key(
                MAX_RECORD_BYTES,
                Type.INT,
                1_000_000,
                Range.between(1, 1 << 29),
                Importance.MEDIUM,
                "Largest line or row; a larger one is malformed.");
        keys.key(
                MAX_ROW_GROUP_BYTES,
                Type.LONG,
                268_435_456L,
                Range.atLeast(1),
                Importance.LOW,
                "Largest row group of a Parquet file, as stored; it is read as a whole. A file with a larger one is broken.");
        keys.key(
                MAX_POLL_RECORDS,
                Type.INT,
                2_000,
                Range.atLeast(1),
                Importance.LOW,
                "Records that are handed to Connect at once; with exactly-once support, of a transaction.");
        keys.key(
                MAX_POLL_BYTES,
                Type.LONG,
                8_388_608L,
                Range.atLeast(1),
                Importance.LOW,
                "A batch is closed when its records take about this many bytes.");
        keys.key(
                RATE_RECORDS,
                Type.LONG,
                0L,
                Range.atLeast(0),
                Importance.MEDIUM,
                "Most records per second and task; 0: no limit.");
        keys.key(
                RATE_BYTES,
                Type.LONG,
                0L,
                Range.atLeast(0),
                Importance.MEDIUM,
                "Most bytes of records per second and task; 0: no limit.");
    }

    private static String[] names(Object... values) {
        return Arrays.stream(values).map(Object::toString).toArray(String[]::new);
    }

    private static void checkUri(String name, Object value) {
        String text = String.valueOf(value);
        try {
            if (!text.isEmpty() && !String.valueOf(URI.create(text).getScheme()).matches("https?")) {
                throw new ConfigException(name, value, "It must begin with http:// or https://");
            }
        } catch (IllegalArgumentException malformed) {
            throw new ConfigException(name, value, "It is no URI");
        }
    }

    private static void checkDelimiter(String name, Object value) {
        String text = String.valueOf(value);
        boolean one = text.length() == 1 && text.charAt(0) < 128 && "\"\r\n".indexOf(text.charAt(0)) < 0;
        if (!one && !text.equals("tab")) {
            throw new ConfigException(name, value, "It must be one ASCII character other than a quote, or tab");
        }
    }
}
