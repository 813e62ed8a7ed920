package io.millrace.connect.configs.command;

import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.onboard.Capture;
import io.millrace.connect.configs.cdc.onboard.StepListener;
import io.millrace.connect.configs.cdc.status.CaptureStatus;
import io.millrace.connect.configs.status.Watch;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace cdc status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show how a capture is: slot, share of the log that it may hold, heartbeat, rows, last error and"
                + " whose turn it is. Ends with 1 when something is wrong.")
final class CdcStatusCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Parameters(paramLabel = "NAME", description = "Name of the capture.")
    private String name;

    @Mixin
    private CdcTarget target;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--counts", description = "Also count the rows of every table, in database and topic.")
    private boolean counts;

    @Option(names = "--watch", description = "Show it again every two seconds.")
    private boolean watch;

    CdcStatusCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (CdcSession session = new CdcSession(defaults, target, name)) {
            CaptureSpec spec = session.requireSpec();
            Capture capture = session.capture(spec, Optional.empty(), new StepListener() {});
            boolean terminal = System.console() != null;
            if (watch) {
                new Watch(out(), terminal)
                        .run(Duration.ofSeconds(2), width -> CaptureStatus.read(capture, Clock.systemUTC(), counts)
                                .lines(width));
                return DONE;
            }
            CaptureStatus status = CaptureStatus.read(capture, Clock.systemUTC(), counts);
            if (json) {
                out().println(status.json().toPrettyString());
            } else {
                status.lines(Watch.width(terminal)).forEach(out()::println);
            }
            return status.level().equals("error") ? FAILED : DONE;
        }
    }
}
