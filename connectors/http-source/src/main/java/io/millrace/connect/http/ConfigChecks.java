package io.millrace.connect.http;

import io.millrace.connect.commons.config.NearestName;
import io.millrace.connect.commons.contract.Shown;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.Config;
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

    /** The first key at fault and what is wrong with it. */
    private static Optional<Map.Entry<String, String>> contracts(HttpSourceConfig config) {
        Catalogue catalogue;
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
