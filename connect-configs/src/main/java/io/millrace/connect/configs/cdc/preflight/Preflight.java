package io.millrace.connect.configs.cdc.preflight;

import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.cdc.CaptureRequest;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Looks at everything that can be seen over SQL and the replication protocol. Changes nothing. */
public final class Preflight {
    static final String UNREACHABLE = "unreachable";
    static final String PROTOCOL = "replication-protocol";

    private static final List<Check> CHECKS = Stream.of(
                    ServerChecks.all(), RoleChecks.all(), NameChecks.all(), TableChecks.all())
            .flatMap(List::stream)
            .toList();

    private final Clock clock;

    public Preflight(Clock clock) {
        this.clock = clock;
    }

    /** Code, severity and reason of every check, in the order in which they are made. */
    public static List<List<String>> catalogue() {
        List<List<String>> all = new ArrayList<>();
        all.add(List.of(UNREACHABLE, "BLOCK", "Nothing can be looked at."));
        all.add(List.of(PROTOCOL, "BLOCK", PROTOCOL_WHY));
        CHECKS.forEach(check -> all.add(List.of(check.code(), check.severity().name(), check.why())));
        return all;
    }

    private static final String PROTOCOL_WHY =
            "Poolers pass SQL on but not the replication protocol, and pg_hba.conf may refuse it.";

    /** Opens the database itself; that this fails is a finding as well. */
    public PreflightReport run(SourceAddress address, String password, CaptureRequest request) {
        try (Database database = Database.open(address, password)) {
            List<Finding> findings = new ArrayList<>(protocol(address, password, database));
            PreflightReport report = run(database, request);
            findings.addAll(report.findings());
            return report.with(sorted(findings));
        } catch (ClusterException e) {
            Finding finding = new Finding(
                    UNREACHABLE,
                    Severity.BLOCK,
                    address.toString(),
                    String.valueOf(e.getMessage()),
                    "Nothing can be looked at.",
                    List.of(),
                    "correct address, role and password, and let this machine in (pg_hba.conf, firewall)",
                    false);
            return PreflightReport.unreachable(address, request, finding);
        }
    }

    /** Looks through a session that is open. */
    public PreflightReport run(Database database, CaptureRequest request) {
        Probe probe = new Probe(database, request, clock);
        List<Finding> findings = new ArrayList<>();
        CHECKS.forEach(check -> findings.addAll(check.run(probe)));
        return PreflightReport.of(probe, sorted(findings));
    }

    private static List<Finding> protocol(SourceAddress address, String password, Database database) {
        boolean replicates =
                database.exists("SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolreplication)");
        if (!replicates) {
            // Whether the connector's own role gets through is seen when it starts.
            return List.of();
        }
        try {
            Database.identifySystem(address, password);
            return List.of();
        } catch (ClusterException e) {
            return List.of(new Finding(
                    PROTOCOL,
                    Severity.BLOCK,
                    address.toString(),
                    String.valueOf(e.getMessage()),
                    PROTOCOL_WHY,
                    List.of(),
                    "give the server's own address instead of a pooler's, or let the role in with pg_hba.conf",
                    false));
        }
    }

    private static List<Finding> sorted(List<Finding> findings) {
        return findings.stream().sorted(Comparator.comparing(Finding::severity)).toList();
    }
}
