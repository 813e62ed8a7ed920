package io.millrace.connect.configs.command;

import io.millrace.connect.configs.plan.Header;
import io.millrace.connect.configs.plan.Paint;
import io.millrace.connect.configs.plan.Plan;
import io.millrace.connect.configs.plan.PlanJson;
import io.millrace.connect.configs.plan.PlanOptions;
import io.millrace.connect.configs.plan.PlanText;
import io.millrace.connect.configs.plan.SavedPlan;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description =
                "Show what apply would change. Changes nothing. Ends with 0 when there is nothing to do, 3 when there"
                        + " are changes, 1 when the workers refuse something, 2 when a file is wrong.")
final class PlanCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private ControlOptions options;

    @Mixin
    private ReachOptions reach;

    @Option(names = "--out", paramLabel = "FILE", description = "Also save the plan, for apply --plan FILE.")
    private Path out;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    PlanCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (Session session = options.open(defaults)) {
            PlanOptions planned = reach.options();
            Plan plan = session.plan(planned);
            Header header = session.header();
            if (json) {
                out().println(PlanJson.of(header, plan).toPrettyString());
            } else {
                PlanText.of(header, plan, Paint.system()).forEach(out()::println);
            }
            if (out != null && !plan.isBlocked()) {
                SavedPlan.of(session.environment().name(), planned, session.declared(), session.live(), plan)
                        .write(out);
                if (!json) {
                    out().println("  saved in " + out + "; apply it with ./millrace apply --plan " + out);
                }
            }
            if (plan.isBlocked()) {
                return FAILED;
            }
            return plan.isEmpty() ? DONE : CHANGES;
        }
    }
}
