package io.millrace.connect.configs.cdc;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What somebody wants captured.
 *
 * @param names of the capture
 * @param include patterns of {@code schema.table} with {@code *}; empty: every table of the database
 * @param exclude patterns of tables that are left out
 * @param role existing role that the connector is to use; empty: one is made
 * @param identities per {@code schema.table}: {@code full}, {@code index:NAME} or {@code skip}
 * @param longTransaction from which age on an open transaction is worth a warning
 */
public record CaptureRequest(
        CaptureNames names,
        List<String> include,
        List<String> exclude,
        Optional<String> role,
        Map<String, String> identities,
        Duration longTransaction) {
    private static final Duration LONG = Duration.ofMinutes(1);

    public CaptureRequest {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        identities = Collections.unmodifiableMap(new TreeMap<>(identities));
    }

    /** All tables, through a role of our own. */
    public static CaptureRequest of(String name) {
        return new CaptureRequest(new CaptureNames(name), List.of(), List.of(), Optional.empty(), Map.of(), LONG);
    }

    public CaptureRequest tables(String... patterns) {
        return new CaptureRequest(names, List.of(patterns), exclude, role, identities, longTransaction);
    }

    public CaptureRequest through(String existingRole) {
        return new CaptureRequest(names, include, exclude, Optional.of(existingRole), identities, longTransaction);
    }

    public CaptureRequest identifying(Map<String, String> choices) {
        return new CaptureRequest(names, include, exclude, role, choices, longTransaction);
    }

    public CaptureRequest warningOfTransactionsAfter(Duration age) {
        return new CaptureRequest(names, include, exclude, role, identities, age);
    }

    /** The role that the connector logs in with. */
    public String connectorRole() {
        return role.orElse(names.inDatabase());
    }
}
