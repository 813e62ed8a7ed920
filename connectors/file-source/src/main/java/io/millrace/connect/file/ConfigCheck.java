package io.millrace.connect.file;

import io.millrace.connect.commons.config.SinkValidation;
import io.millrace.connect.commons.contract.LiveContracts;
import io.millrace.schemas.Catalogue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What {@code Connector.validate} looks for beyond single keys, each finding under the key that has to be changed. */
final class ConfigCheck {
    private final Map<String, String> given;
    private final SinkValidation validation;

    ConfigCheck(Map<String, String> given, SinkValidation validation) {
        this.given = given;
        this.validation = validation;
    }

    /** What no key can be blamed for by itself. Needs keys that are well each. */
    void keysTogether() {
        FileSourceConfig config = new FileSourceConfig(given);
        if (!config.valueFormat().fits(config.format())) {
            validation.error(
                    FileKeys.VALUE_FORMAT,
                    "cannot be " + config.valueFormat() + " with " + FileKeys.FORMAT + "=" + config.format());
        }
        if (config.valueFormat() == ValueFormat.CONTRACT) {
            contract(config);
        } else {
            for (String key : List.of(FileKeys.CONTRACT, FileKeys.CONTRACTS_PATH)) {
                if (config.text(key).isPresent()) {
                    validation.error(
                            key,
                            "has no effect as values are " + config.valueFormat() + "; see " + FileKeys.VALUE_FORMAT);
                }
            }
        }
        if (config.format() != Format.CSV && !config.columns().isEmpty()) {
            validation.error(FileKeys.CSV_COLUMNS, "has no effect unless " + FileKeys.FORMAT + " is csv");
        }
        if (!config.format().isText() && !config.getString(FileKeys.COMPRESSION).equals(FileKeys.BY_NAME)) {
            validation.error(FileKeys.COMPRESSION, "has no effect, as avro and parquet are compressed inside");
        }
        s3(config);
        cleanup(config);
    }

    private void s3(FileSourceConfig config) {
        boolean bucket = config.location() instanceof Location.Bucket;
        if (!bucket && config.text(FileKeys.S3_ENDPOINT).isPresent()) {
            validation.error(FileKeys.S3_ENDPOINT, "has no effect, as the location is a folder");
        }
        boolean secret = config.getPassword(FileKeys.S3_SECRET_KEY) != null
                && !config.getPassword(FileKeys.S3_SECRET_KEY).value().isEmpty();
        if (config.text(FileKeys.S3_ACCESS_KEY).isPresent() != secret) {
            validation.error(
                    secret ? FileKeys.S3_ACCESS_KEY : FileKeys.S3_SECRET_KEY,
                    "must be set with the other one of the two");
        }
    }

    private void cleanup(FileSourceConfig config) {
        String target = config.getString(FileKeys.CLEANUP_TARGET);
        boolean moves = config.cleanup() instanceof Cleanup.Move;
        if (!moves) {
            if (!target.isEmpty()) {
                validation.error(FileKeys.CLEANUP_TARGET, "has no effect unless " + FileKeys.CLEANUP + " is move");
            }
            return;
        }
        if (target.isBlank()) {
            validation.error(FileKeys.CLEANUP_TARGET, "must be set, as " + FileKeys.CLEANUP + " is move");
        } else if (config.location() instanceof Location.Folder folder) {
            Path to = Path.of(target);
            if (!to.isAbsolute() || to.normalize().startsWith(folder.path())) {
                validation.error(
                        FileKeys.CLEANUP_TARGET,
                        "must be the absolute path of a folder that is not below " + folder.path()
                                + ", where it would be read again");
            }
        } else if (config.location() instanceof Location.Bucket bucket) {
            String prefix = target.endsWith("/") ? target : target + "/";
            if (prefix.startsWith(bucket.prefix()) || prefix.startsWith("s3:")) {
                validation.error(
                        FileKeys.CLEANUP_TARGET,
                        "must be a prefix in the bucket " + bucket.name() + " that is not below " + FileKeys.LOCATION
                                + ", where it would be read again");
            }
        }
    }

    private void contract(FileSourceConfig config) {
        Catalogue catalogue;
        try {
            catalogue = config.contractsPath().map(Catalogue::read).orElseGet(Catalogue::bundled);
        } catch (RuntimeException e) {
            validation.error(FileKeys.CONTRACTS_PATH, e.getMessage());
            return;
        }
        String name = config.text(FileKeys.CONTRACT).orElse(config.getString(FileKeys.TOPIC));
        if (catalogue.find(name).isEmpty()
                && (name.contains("${") || config.contractsPath().isPresent())) {
            // Known with each file; and a folder may get it later, as contracts are published after a plan was checked.
            return;
        }
        try {
            LiveContracts.usable(catalogue.require(name), config.converter());
        } catch (RuntimeException e) {
            validation.error(
                    config.text(FileKeys.CONTRACT).isPresent() ? FileKeys.CONTRACT : FileKeys.TOPIC,
                    "the contract " + name + " cannot be used: " + e.getMessage());
        }
    }

    /** Whether the location can be listed as configured. */
    void connection() {
        FileSourceConfig config = new FileSourceConfig(given);
        if (!config.getBoolean(FileKeys.CONNECTION_CHECK)) {
            return;
        }
        try (Store store = config.store()) {
            store.check();
        } catch (StoreException e) {
            boolean credentials =
                    e.isFatal() && config.text(FileKeys.S3_ACCESS_KEY).isPresent();
            validation.error(
                    credentials ? FileKeys.S3_ACCESS_KEY : FileKeys.LOCATION,
                    e.getMessage() + "; or set " + FileKeys.CONNECTION_CHECK + "=false to accept it");
        } catch (RuntimeException e) {
            validation.error(FileKeys.LOCATION, "cannot be used: " + e.getMessage());
        }
    }
}
