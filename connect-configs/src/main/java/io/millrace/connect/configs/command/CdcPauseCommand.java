package io.millrace.connect.configs.command;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.onboard.StepListener;
import io.millrace.connect.configs.cdc.status.CaptureStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace cdc pause}. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = "Have the connector wait, and say how much log the server keeps for it meanwhile; or go on.")
final class CdcPauseCommand extends ControlCommand {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ControlDefaults defaults;

    @Parameters(paramLabel = "NAME", description = "Name of the capture.")
    private String name;

    @Mixin
    private CdcTarget target;

    @Option(names = "--resume", description = "Go on.")
    private boolean resume;

    CdcPauseCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (CdcSession session = new CdcSession(defaults, target, name)) {
            CaptureSpec spec = session.requireSpec();
            ConnectClient connect = session.clusters().connect();
            String connector = spec.names().connector();
            if (resume) {
                connect.resume(connector);
                connect.awaitRunning(connector, LIMIT);
                out().println("  " + connector + " goes on");
                return DONE;
            }
            connect.pause(connector);
            connect.awaitState(connector, "PAUSED", LIMIT);
            CaptureStatus status = CaptureStatus.read(
                    session.capture(spec, Optional.empty(), new StepListener() {}), Clock.systemUTC(), false);
            out().println("  " + connector + " waits; the server keeps its log for it, "
                    + (status.limit() < 0
                            ? "without limit, so watch the disk"
                            : "up to " + status.limit() / 1024 / 1024 + " MB, then the slot is lost"));
            out().println("  go on with ./millrace cdc pause --resume " + name);
            return DONE;
        }
    }
}
