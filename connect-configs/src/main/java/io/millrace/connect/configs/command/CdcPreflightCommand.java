package io.millrace.connect.configs.command;

import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.cdc.preflight.Preflight;
import io.millrace.connect.configs.cdc.preflight.PreflightReport;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import io.millrace.connect.configs.plan.Paint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace cdc preflight}. */
@Command(
        name = "preflight",
        mixinStandardHelpOptions = true,
        description = "Look at everything that could be wrong with a database before its changes are captured, with the"
                + " statement that mends it. Changes nothing. Ends with 1 when something blocks.")
final class CdcPreflightCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Parameters(paramLabel = "NAME", description = "Name of the capture.")
    private String name;

    @Mixin
    private SourceOptions source;

    @Mixin
    private CaptureOptions capture;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--report", paramLabel = "FILE", description = "Also write a report for a DBA, in Markdown.")
    private Path report;

    CdcPreflightCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() throws IOException {
        CdcHost host = defaults.cdc();
        SourceAddress address = source.address(host, name);
        PreflightReport found =
                new Preflight(Clock.systemUTC()).run(address, source.password(host, address), capture.request(name));
        if (report != null) {
            Files.writeString(report, found.markdown());
        }
        if (json) {
            out().println(found.json().toPrettyString());
        } else {
            found.lines(Paint.system()).forEach(out()::println);
        }
        return found.isBlocked() ? FAILED : DONE;
    }
}
