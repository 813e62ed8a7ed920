package io.millrace.connect.configs.command;

import io.millrace.connect.configs.TextTable;
import io.millrace.connect.configs.cdc.CaptureRequest;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.onboard.Capture;
import io.millrace.connect.configs.cdc.onboard.ClusterPreflight;
import io.millrace.connect.configs.cdc.onboard.Onboarding;
import io.millrace.connect.configs.cdc.onboard.Proof;
import io.millrace.connect.configs.cdc.onboard.StepListener;
import io.millrace.connect.configs.cdc.preflight.Finding;
import io.millrace.connect.configs.cdc.preflight.Preflight;
import io.millrace.connect.configs.cdc.preflight.PreflightReport;
import io.millrace.connect.configs.cdc.source.SourceTable;
import io.millrace.connect.configs.plan.Paint;
import java.io.Console;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace cdc onboard}. */
@Command(
        name = "onboard",
        mixinStandardHelpOptions = true,
        description =
                "Bring a database in: look, plan, set up, snapshot, stream, and prove that every row arrived. What"
                        + " fails is taken back; what was killed goes on when the command is run again. Ends with 0 when all is"
                        + " proved, 1 when it was taken back, 3 after --plan, 5 when the lake does not agree yet.")
final class CdcOnboardCommand extends ControlCommand {
    private static final int DIFFERENCE = 5;

    private final ControlDefaults defaults;

    @Parameters(paramLabel = "NAME", description = "Name of the capture.")
    private String name;

    @Mixin
    private CdcTarget target;

    @Mixin
    private CaptureOptions options;

    @Mixin
    private ConnectorOptions connector;

    @Option(names = "--plan", description = "Only show what would be done.")
    private boolean planOnly;

    @Option(names = "--yes", description = "Do not ask on a terminal.")
    private boolean yes;

    @Option(names = "--json", description = "Print the outcome as JSON.")
    private boolean json;

    @Option(names = "--keep", description = "Leave what was done when a step fails, to go on later.")
    private boolean keep;

    @Option(
            names = "--lake-within",
            paramLabel = "TIME",
            defaultValue = "120s",
            converter = TimeConverter.class,
            description = "How long the lake may take to agree (default: ${DEFAULT-VALUE}).")
    private Duration lakeWithin;

    CdcOnboardCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (CdcSession session = new CdcSession(defaults, target, name)) {
            Optional<CaptureSpec> begun = session.spec();
            CaptureRequest request = options.request(name);
            PreflightReport report = preflight(session, request, begun.isPresent());
            if (report.isBlocked() || !json && begun.isEmpty()) {
                (json ? List.of(report.json().toPrettyString()) : report.lines(Paint.system())).forEach(out()::println);
            }
            if (report.isBlocked()) {
                err().println("millrace: nothing was changed; mend what blocks first");
                return FAILED;
            }
            CaptureSpec spec = begun.orElseGet(() -> connector.spec(session, request, report.tables()));
            Capture preview = session.capture(spec, Optional.empty(), new StepListener() {});
            if (!json) {
                plan(session, spec, report, new Onboarding(preview));
            }
            if (planOnly) {
                return CHANGES;
            }
            if (!confirmed()) {
                out().println("Nothing was changed.");
                return FAILED;
            }
            return carryOut(session, spec);
        }
    }

    private static PreflightReport preflight(CdcSession session, CaptureRequest request, boolean begun) {
        PreflightReport report = new Preflight(Clock.systemUTC()).run(session.database(), request);
        if (begun) {
            // What is chosen is in the journal; what was looked at then need not be looked at again.
            return report.with(report.findings().stream()
                    .filter(one -> !Set.of("table-missing", "no-table").contains(one.code()))
                    .toList());
        }
        List<Finding> all =
                new ArrayList<>(ClusterPreflight.findings(session.clusters(), session.names(), report.tables()));
        all.addAll(report.findings());
        return report.with(all);
    }

    private void plan(CdcSession session, CaptureSpec spec, PreflightReport report, Onboarding onboarding) {
        out().println();
        out().println("  Plan for " + spec.name() + ", environment "
                + session.environment().name());
        onboarding.plan().forEach(line -> out().println("    " + line));
        out().println();
        TextTable table = new TextTable(List.of("TABLE", "ROWS", "KEY", "TOPIC", "LAKE TABLE"), Set.of(1));
        for (SourceTable one : report.tables()) {
            if (spec.tables().contains(one.id())) {
                table.row(List.of(
                        one.id(),
                        one.rows() < 0 ? "?" : Long.toString(one.rows()),
                        one.key().isEmpty() ? "none" : String.join(", ", one.key()),
                        session.names().topic(one.id()),
                        session.names().lakeTable(one.id())));
            }
        }
        table.lines(Integer.MAX_VALUE).forEach(line -> out().println("    " + line));
        // Debezium's own snapshots were measured at 13 thousand rows a second on one laptop; halved to be cautious.
        long seconds = 1 + report.rows() / 6_500;
        out().println("    about " + report.rows() + " rows, " + (report.bytes() + 1023) / 1024
                + " kB; the snapshot takes about " + seconds + " s");
        out().println("    if anything fails, all of it is taken back");
        out().println();
        out().flush();
    }

    private boolean confirmed() {
        Console console = System.console();
        if (yes || json || console == null) {
            return true;
        }
        String answer = console.readLine("  Go on? [y/N] ");
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    private int carryOut(CdcSession session, CaptureSpec spec) {
        try (Interruption interruption = Interruption.listen(() -> out().println("  interrupted: taking it back"))) {
            StepListener listener = json
                    ? new StepListener() {
                        @Override
                        public boolean isInterrupted() {
                            return interruption.isRequested();
                        }
                    }
                    : new CdcProgress(out(), Paint.system(), interruption::isRequested);
            Capture capture = session.capture(spec, connector.rolePassword(), listener);
            Proof.Result result = new Onboarding(capture).onboard(keep, lakeWithin);
            CdcText.proof(result, json).forEach(out()::println);
            if (!json && result.isComplete()) {
                out().println("  " + spec.name() + " is live. Commit connect-configs/connectors/"
                        + spec.names().connector() + ".json; take it out with ./millrace cdc offboard " + spec.name());
            }
            return result.isComplete() ? DONE : DIFFERENCE;
        }
    }
}
