package io.millrace.connect.configs.command;

import io.millrace.connect.configs.plan.Drift;
import io.millrace.connect.configs.plan.DriftText;
import io.millrace.connect.configs.plan.Header;
import io.millrace.connect.configs.plan.Paint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace drift}. */
@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        description =
                "Show what somebody changed past the files since the last apply. Ends with 3 when there is drift, 0 when"
                        + " there is none; what only the files changed is told and is no drift.")
final class DriftCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private ControlOptions options;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    DriftCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (Session session = options.open(defaults)) {
            Drift drift = Drift.of(session.declared(), session.live());
            Header header = session.header();
            if (json) {
                out().println(DriftText.json(header, drift).toPrettyString());
            } else {
                DriftText.lines(header, drift, Paint.system()).forEach(out()::println);
            }
            return drift.exists() ? CHANGES : DONE;
        }
    }
}
