package io.millrace.connect.configs.command;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.cdc.CaptureRequest;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import io.millrace.connect.configs.cdc.source.SourceTable;
import io.millrace.connect.configs.environment.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How tables are captured. */
final class ConnectorOptions {
    @Option(
            names = "--role-password",
            paramLabel = "REFERENCE",
            description = "How the workers find the role's password, such as $${env:NAME}; of a role that is made, this"
                    + " machine has to find it as well (default: the local stack makes one).")
    private String rolePassword;

    @Option(
            names = "--worker-address",
            paramLabel = "HOST:PORT",
            description = "Where the workers reach the database (default: as in the URL).")
    private String workerAddress;

    @Option(
            names = "--partitions",
            defaultValue = "1",
            paramLabel = "N",
            description = "Partitions of a table's topic (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--snapshot",
            defaultValue = "initial",
            paramLabel = "MODE",
            description = "initial, or no_data for changes from now on only (default: ${DEFAULT-VALUE}).")
    private String snapshot;

    @Option(
            names = "--schema-changes",
            defaultValue = "evolve",
            paramLabel = "POLICY",
            description = "strict, evolve or lenient (default: ${DEFAULT-VALUE}).")
    private String schemaChanges;

    @Option(names = "--exclude-column", split = ",", paramLabel = "S.T.C", description = "Columns that stay at home.")
    private List<String> excluded = new ArrayList<>();

    @Option(names = "--mask-column", split = ",", paramLabel = "S.T.C", description = "Text columns shown as ****.")
    private List<String> masked = new ArrayList<>();

    @Option(
            names = "--hash-column",
            split = ",",
            paramLabel = "S.T.C",
            description = "Text columns shown as a hash: equal values stay equal.")
    private List<String> hashed = new ArrayList<>();

    @Option(
            names = "--decimals",
            defaultValue = "precise",
            paramLabel = "MODE",
            description = "precise, string or double (default: ${DEFAULT-VALUE}).")
    private String decimals;

    @Option(
            names = "--times",
            defaultValue = "adaptive",
            paramLabel = "MODE",
            description = "adaptive, connect, isostring or microseconds (default: ${DEFAULT-VALUE}).")
    private String times;

    CaptureSpec spec(CdcSession session, CaptureRequest request, List<SourceTable> tables) {
        oneOf("--snapshot", snapshot, "initial", "no_data");
        oneOf("--schema-changes", schemaChanges, "strict", "evolve", "lenient");
        oneOf("--decimals", decimals, "precise", "string", "double");
        oneOf("--times", times, "adaptive", "connect", "isostring", "microseconds");
        SourceAddress address = session.database().address();
        Map<String, String> identities = new LinkedHashMap<>(request.identities());
        identities.values().removeIf("skip"::equals);
        identities.keySet().removeIf(table -> tables.stream()
                .noneMatch(one -> one.id().equals(table)));
        String[] worker = workerAddress == null
                ? new String[] {address.host(), Integer.toString(address.port())}
                : split(workerAddress);
        return new CaptureSpec(
                request.names().name(),
                tables.stream().map(SourceTable::id).toList(),
                tables.stream()
                        .filter(one -> one.key().isEmpty() && one.candidate().isEmpty())
                        .map(SourceTable::id)
                        .toList(),
                identities,
                request.role().orElse(null),
                reference(session.host(), request),
                worker[0],
                worker[1],
                partitions,
                snapshot,
                schemaChanges,
                settings(request.names().name()));
    }

    private static String[] split(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 1) {
            throw new DeclarationException("--worker-address takes HOST:PORT");
        }
        return new String[] {address.substring(0, colon), address.substring(colon + 1)};
    }

    private String reference(CdcHost host, CaptureRequest request) {
        if (rolePassword != null) {
            Setting.reference("--role-password", rolePassword, System::getenv);
            return rolePassword;
        }
        if (request.role().isPresent()) {
            throw new DeclarationException("say how the workers find the password of role "
                    + request.role().get() + ": --role-password '${env:NAME}'");
        }
        return host.secrets()
                .map(store -> store.reference(request.names().name()))
                .orElseThrow(() -> new DeclarationException(
                        "say where the password of the role that is made comes from: --role-password '${env:NAME}'"));
    }

    /** The password of a role that is made; empty where the host makes one, or the reference is only the workers'. */
    Optional<String> rolePassword() {
        return Optional.ofNullable(rolePassword)
                .filter(text -> text.startsWith("${env:") || text.startsWith("${file:"))
                .map(text -> Setting.reference("--role-password", text, System::getenv)
                        .value());
    }

    private Map<String, String> settings(String salt) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (!excluded.isEmpty()) {
            settings.put("column.exclude.list", String.join(",", excluded));
        }
        if (!masked.isEmpty()) {
            settings.put("column.mask.with.4.chars", String.join(",", masked));
        }
        if (!hashed.isEmpty()) {
            settings.put("column.mask.hash.v2.SHA-256.with.salt." + salt, String.join(",", hashed));
        }
        settings.put("decimal.handling.mode", decimals);
        settings.put("time.precision.mode", times);
        return settings;
    }

    private static void oneOf(String option, String value, String... allowed) {
        if (!List.of(allowed).contains(value)) {
            throw new DeclarationException(option + " " + value + ": write " + String.join(", ", allowed));
        }
    }
}
