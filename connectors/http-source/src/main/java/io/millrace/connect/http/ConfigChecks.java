package io.millrace.connect.http;

import io.millrace.connect.commons.TlsFiles;
import io.millrace.connect.commons.config.NearestName;
import io.millrace.connect.commons.contract.Shown;
import io.millrace.connect.http.auth.AuthSettings;
import io.millrace.connect.http.auth.Authentication;
import io.millrace.connect.http.listen.Tls;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.io.IOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/** What can be wrong with a configuration although each key is well by itself. */
final class ConfigChecks {
    private ConfigChecks() {}

    /** Adds errors to the keys at fault; does nothing when a key is wrong by itself. */
    static void addTo(Config checked, Map<String, String> given) {
        if (checked.configValues().stream()
                .anyMatch(value -> !value.errorMessages().isEmpty())) {
            return;
        }
        HttpSourceConfig config = new HttpSourceConfig(given);
        contracts(config).ifPresent(problem -> error(checked, problem.getKey(), problem.getValue()));
        security(checked, config);
        templates(checked, config);
        Limits limits = config.limits();
        long largest = limits.requestBytes() + (long) limits.requestRecords() * Limits.RECORD_OVERHEAD;
        if (largest > config.maxInFlightBytes()) {
            error(
                    checked,
                    HttpSourceConfig.MAX_IN_FLIGHT_BYTES,
                    "must be at least " + largest + ", or the largest request would never be accepted: "
                            + HttpSourceConfig.MAX_REQUEST_BYTES + " and " + Limits.RECORD_OVERHEAD + " for each of "
                            + HttpSourceConfig.MAX_REQUEST_RECORDS);
        }
    }

    /** What is asked of files and of whoever issues tokens is tried, as the task will. */
    private static void security(Config checked, HttpSourceConfig config) {
        try {
            new Authentication(
                            new AuthSettings(
                                    config.authentication().writeKeys(),
                                    config.authentication().basicUsers(),
                                    config.authentication().hmac(),
                                    Optional.empty(),
                                    false),
                            Clock.systemUTC())
                    .close();
        } catch (ConfigException e) {
            error(checked, keyOf(e, AuthSettings.WRITE_KEYS), e.getMessage());
        }
        config.text(AuthSettings.JWKS).ifPresent(location -> {
            try {
                Authentication.tryKeySet(location);
            } catch (IOException e) {
                error(
                        checked,
                        AuthSettings.JWKS,
                        "the key set " + location + " cannot be read (" + e.getMessage()
                                + "); give the address or file of a JSON Web Key Set that the worker can reach");
            }
        });
        try {
            config.tls().ifPresent(Tls::context);
        } catch (ConfigException e) {
            error(checked, keyOf(e, TlsFiles.KEYSTORE), e.getMessage());
        }
        boolean clientAuth = !config.getString(Tls.CLIENT_AUTH).equals("none");
        if (clientAuth && config.text(TlsFiles.TRUSTSTORE).isEmpty()) {
            error(
                    checked,
                    TlsFiles.TRUSTSTORE,
                    "must be set with " + Tls.CLIENT_AUTH + ", or every certificate of a public authority would do");
        }
        if (config.text(TlsFiles.KEYSTORE).isEmpty()
                && (clientAuth || config.text(TlsFiles.TRUSTSTORE).isPresent())) {
            error(checked, TlsFiles.KEYSTORE, "must be set: the listener needs a certificate for TLS");
        }
        if (config.addressForm() == Clients.AddressForm.HASH
                && config.secret(HttpSourceConfig.ADDRESS_SALT).isEmpty()) {
            error(
                    checked,
                    HttpSourceConfig.ADDRESS_SALT,
                    "must be set with " + HttpSourceConfig.ADDRESS_FORM
                            + "=hash: without it all addresses can be tried");
        }
    }

    private static void templates(Config checked, HttpSourceConfig config) {
        if (config.text(HttpSourceConfig.TOPIC_TEMPLATE).isPresent()
                && config.getList(HttpSourceConfig.TOPIC_ALLOWED).isEmpty()) {
            error(
                    checked,
                    HttpSourceConfig.TOPIC_ALLOWED,
                    "must be set with " + HttpSourceConfig.TOPIC_TEMPLATE
                            + ": clients decide what it makes, and a record for a topic that does not exist holds up all others");
        }
    }

    /** The key that a message is about: it names it. */
    private static String keyOf(ConfigException e, String otherwise) {
        return HttpSourceKeys.DEFINITION.names().stream()
                .filter(key -> e.getMessage().contains(" " + key + ":")
                        || e.getMessage().contains(" " + key + " "))
                .max(Comparator.comparingInt(String::length))
                .orElse(otherwise);
    }

    /** The first key at fault and what is wrong with it. */
    private static Optional<Map.Entry<String, String>> contracts(HttpSourceConfig config) {
        final Catalogue catalogue;
        try {
            catalogue = LiveKinds.catalogue(config);
        } catch (RuntimeException e) {
            return Optional.of(Map.entry(HttpSourceConfig.CONTRACTS_PATH, e.getMessage()));
        }
        if (config.contractsPath().isPresent()
                && catalogue.find(config.contract()).isEmpty()) {
            // A folder may get it later: contracts are published after a plan was checked. The task says if it did not.
            return Optional.empty();
        }
        try {
            config.quarantineTopic().ifPresent(topic -> Quarantine.of(topic, catalogue));
        } catch (RuntimeException e) {
            return Optional.of(Map.entry(HttpSourceConfig.QUARANTINE_TOPIC, e.getMessage()));
        }
        try {
            EventKinds.of(config, () -> "", catalogue);
        } catch (RuntimeException e) {
            return Optional.of(Map.entry(
                    HttpSourceConfig.CONTRACT, "contract " + config.contract() + " cannot be used: " + e.getMessage()));
        }
        List<String> known = catalogue.eventKinds().stream().map(Contract::name).toList();
        return config.eventKinds().orElse(List.of()).stream()
                .filter(kind -> !known.contains(kind))
                .findFirst()
                .map(kind -> Map.entry(
                        HttpSourceConfig.EVENT_KINDS,
                        "there is no event kind " + kind
                                + NearestName.to(kind, known)
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse("; there are " + Shown.names(known))));
    }

    private static void error(Config checked, String key, String message) {
        for (ConfigValue value : checked.configValues()) {
            if (value.name().equals(key)) {
                value.addErrorMessage(message);
            }
        }
    }
}
