package io.millrace.connect.configs.command;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.NearestName;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.onboard.Capture;
import io.millrace.connect.configs.cdc.onboard.TableChanges;
import io.millrace.connect.configs.plan.Paint;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace cdc remove-table}. */
@Command(
        name = "remove-table",
        mixinStandardHelpOptions = true,
        description = "Capture a table no longer; its topic and what the lake has of it stay.")
final class CdcRemoveTableCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the capture.")
    private String name;

    @Parameters(index = "1", paramLabel = "SCHEMA.TABLE", description = "The table.")
    private String table;

    @Mixin
    private CdcTarget target;

    CdcRemoveTableCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (CdcSession session = new CdcSession(defaults, target, name)) {
            CaptureSpec spec = session.requireSpec();
            if (!spec.tables().contains(table)) {
                throw new DeclarationException(
                        name + " does not capture " + table + NearestName.hint(table, spec.tables()));
            }
            Capture capture =
                    session.capture(spec, Optional.empty(), new CdcProgress(out(), Paint.system(), () -> false));
            new TableChanges(capture).remove(table);
            out().println("  " + table + " is not captured any more; topic "
                    + spec.names().topic(table) + " stays");
            return DONE;
        }
    }
}
