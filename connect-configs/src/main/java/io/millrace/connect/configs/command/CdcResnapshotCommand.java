package io.millrace.connect.configs.command;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.onboard.Capture;
import io.millrace.connect.configs.cdc.onboard.Proof;
import io.millrace.connect.configs.cdc.onboard.TableChanges;
import io.millrace.connect.configs.plan.Paint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace cdc resnapshot}. */
@Command(
        name = "resnapshot",
        mixinStandardHelpOptions = true,
        description = "Read tables anew while changes go on, or begin anew when the slot is lost.")
final class CdcResnapshotCommand extends ControlCommand {
    private static final int DIFFERENCE = 5;

    private final ControlDefaults defaults;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the capture.")
    private String name;

    @Parameters(index = "1..*", paramLabel = "SCHEMA.TABLE", description = "Tables (default: all of them).")
    private List<String> tables = new ArrayList<>();

    @Mixin
    private CdcTarget target;

    @Option(names = "--from-the-start", description = "With a new slot: the way back when the old one is lost.")
    private boolean fromTheStart;

    CdcResnapshotCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (CdcSession session = new CdcSession(defaults, target, name)) {
            CaptureSpec spec = session.requireSpec();
            Capture capture =
                    session.capture(spec, Optional.empty(), new CdcProgress(out(), Paint.system(), () -> false));
            TableChanges changes = new TableChanges(capture);
            if (fromTheStart) {
                Proof.Result result = changes.fromTheStart(Duration.ofSeconds(120));
                CdcText.proof(result, false).forEach(out()::println);
                return result.isComplete() ? DONE : DIFFERENCE;
            }
            Set<String> unknown = changes.unknown(tables);
            if (!unknown.isEmpty()) {
                throw new DeclarationException(name + " does not capture " + String.join(", ", unknown));
            }
            List<String> keyed = (tables.isEmpty() ? spec.tables() : tables)
                    .stream().filter(table -> !spec.keyless().contains(table)).toList();
            CdcText.counts(changes.again(keyed)).forEach(line -> out().println("    " + line));
            return DONE;
        }
    }
}
