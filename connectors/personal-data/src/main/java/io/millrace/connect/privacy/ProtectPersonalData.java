package io.millrace.connect.privacy;

import io.millrace.connect.commons.Version;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.ContractException;
import io.millrace.schemas.ContractsFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Hashes or drops the fields that the contract of a record's topic marks with {@code "pii": true}, in the value and in
 * the key. It belongs at the end of a source connector's transforms, so that nothing personal reaches Kafka.
 *
 * @param <R> kind of record
 */
public final class ProtectPersonalData<R extends ConnectRecord<R>> implements Transformation<R>, Versioned {
    static final String CONTRACTS_PATH = "contracts.path";
    static final String ACTION = "action";
    static final String FIELDS = "fields";
    static final String HASH_KEY = "hash.key";
    static final int SHORTEST_KEY = 16;

    static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    CONTRACTS_PATH,
                    Type.STRING,
                    "",
                    Importance.HIGH,
                    "Folder of the contracts whose marks count, followed while it changes; empty: those that are built in.")
            .define(
                    ACTION,
                    Type.STRING,
                    "hash",
                    ConfigDef.LambdaValidator.with(
                            (name, value) -> Action.of(name, String.valueOf(value)), () -> "hash or drop"),
                    Importance.HIGH,
                    "What is done with a marked field: hash (HMAC-SHA-256 under hash.key) or drop.")
            .define(
                    FIELDS,
                    Type.LIST,
                    List.of(),
                    Importance.MEDIUM,
                    "Fields beside the marked ones, or with another action: path or path=action, with commas between;"
                            + " a path has dots, such as after.email=drop.")
            .define(
                    HASH_KEY,
                    Type.PASSWORD,
                    "",
                    Importance.HIGH,
                    "Key of the hashes, at least " + SHORTEST_KEY
                            + " characters; needed unless everything is dropped. Connectors with one key give one value"
                            + " the same hash.");

    private Supplier<Catalogue> contracts;
    private Catalogue known;
    private Action standard;
    private Map<String, Action> further;
    private Pseudonyms pseudonyms;
    private final Map<String, Marks> marks = new HashMap<>();

    @Override
    public void configure(Map<String, ?> properties) {
        properties.keySet().stream()
                .filter(key -> !DEFINITION.names().contains(key))
                .filter(key -> !key.equals("type") && !key.equals("predicate") && !key.equals("negate"))
                .findFirst()
                .ifPresent(key -> {
                    throw new ConfigException("unknown key " + key + "; there are " + DEFINITION.names());
                });
        AbstractConfig config = new AbstractConfig(DEFINITION, properties, false);
        standard = Action.of(ACTION, config.getString(ACTION));
        further = Marks.parse(FIELDS, config.getList(FIELDS), standard);
        Password key = config.getPassword(HASH_KEY);
        if (!key.value().isEmpty() && key.value().length() < SHORTEST_KEY) {
            throw new ConfigException(
                    HASH_KEY,
                    "[hidden]",
                    "must have at least " + SHORTEST_KEY + " characters: others could be guessed");
        }
        if (key.value().isEmpty() && (standard == Action.HASH || further.containsValue(Action.HASH))) {
            throw new ConfigException(
                    HASH_KEY, "", "is needed for hashing; give it as a reference, or set action=drop");
        }
        pseudonyms = key.value().isEmpty() ? null : new Pseudonyms(key.value());
        contracts = contracts(config.getString(CONTRACTS_PATH));
    }

    private static Supplier<Catalogue> contracts(String folder) {
        try {
            if (folder.isBlank()) {
                Catalogue bundled = Catalogue.bundled();
                return () -> bundled;
            }
            // Followed, a folder that cannot be read keeps what it was; there has to be something at first.
            if (!Files.isDirectory(Path.of(folder))) {
                throw new ConfigException(CONTRACTS_PATH, folder, "is not a folder");
            }
            Catalogue.read(Path.of(folder));
            ContractsFolder followed = new ContractsFolder(Path.of(folder), Clock.systemUTC());
            return followed::catalogue;
        } catch (ContractException e) {
            throw new ConfigException(CONTRACTS_PATH, folder, e.getMessage());
        }
    }

    @Override
    public R apply(R record) {
        Marks of = marks(record.topic());
        if (of.isEmpty()) {
            return record;
        }
        Shield shield = new Shield(of.actions(), pseudonyms);
        Object key = shield.key(record.keySchema(), record.key(), of.key());
        Object value = shield.protect(record.valueSchema(), record.value());
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                key,
                record.valueSchema(),
                value,
                record.timestamp(),
                record.headers());
    }

    private Marks marks(String topic) {
        Catalogue now = contracts.get();
        if (now != known) {
            marks.clear();
            known = now;
        }
        return marks.computeIfAbsent(topic, name -> now.find(name)
                .map(contract -> Marks.of(contract, standard))
                .orElseGet(() -> new Marks(Map.of(), List.of()))
                .with(further));
    }

    @Override
    public ConfigDef config() {
        return DEFINITION;
    }

    @Override
    public String version() {
        return Version.of(ProtectPersonalData.class);
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
