package io.millrace.connect.configs.command;

import io.millrace.connect.configs.cdc.CaptureRequest;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.onboard.Capture;
import io.millrace.connect.configs.cdc.onboard.TableChanges;
import io.millrace.connect.configs.cdc.preflight.Finding;
import io.millrace.connect.configs.cdc.preflight.Preflight;
import io.millrace.connect.configs.cdc.preflight.PreflightReport;
import io.millrace.connect.configs.plan.Paint;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace cdc add-table}. */
@Command(
        name = "add-table",
        mixinStandardHelpOptions = true,
        description = "Capture one more table, with the rows that it has, while the others go on.")
final class CdcAddTableCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the capture.")
    private String name;

    @Parameters(index = "1", paramLabel = "SCHEMA.TABLE", description = "The table.")
    private String table;

    @Mixin
    private CdcTarget target;

    @Option(names = "--plan", description = "Only look whether it can be captured.")
    private boolean planOnly;

    CdcAddTableCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (CdcSession session = new CdcSession(defaults, target, name)) {
            CaptureSpec spec = session.requireSpec();
            CaptureRequest request = CaptureRequest.of(name).tables(table);
            PreflightReport report = new Preflight(Clock.systemUTC()).run(session.database(), request);
            report.lines(Paint.system()).forEach(out()::println);
            if (report.findings().stream().anyMatch(Finding::isBlocking)) {
                err().println("millrace: nothing was changed; mend what blocks first");
                return FAILED;
            }
            if (planOnly) {
                return CHANGES;
            }
            boolean keyless = report.tables().get(0).key().isEmpty()
                    && report.tables().get(0).candidate().isEmpty();
            Capture capture =
                    session.capture(spec, Optional.empty(), new CdcProgress(out(), Paint.system(), () -> false));
            CdcText.counts(List.of(new TableChanges(capture).add(table, keyless)))
                    .forEach(line -> out().println("    " + line));
            return DONE;
        }
    }
}
