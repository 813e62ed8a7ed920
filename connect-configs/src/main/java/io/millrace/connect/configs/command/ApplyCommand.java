package io.millrace.connect.configs.command;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.apply.Applier;
import io.millrace.connect.configs.apply.ApplyOptions;
import io.millrace.connect.configs.apply.Outcome;
import io.millrace.connect.configs.plan.Paint;
import io.millrace.connect.configs.plan.Plan;
import io.millrace.connect.configs.plan.PlanOptions;
import io.millrace.connect.configs.plan.PlanText;
import io.millrace.connect.configs.plan.SavedPlan;
import java.io.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace apply}. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description =
                "Make the environment what the files declare: only what differs is sent, each connector is watched, and"
                        + " what does not work is put back. Ends with 0 when everything is as declared, 1 when something failed, 2"
                        + " when a file is wrong.")
final class ApplyCommand extends ControlCommand {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final ControlDefaults defaults;

    @Mixin
    private ControlOptions options;

    @Mixin
    private ReachOptions reach;

    @Option(names = "--yes", description = "Do not ask on a terminal.")
    private boolean yes;

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "Apply a plan saved by plan --out; refused when anything has moved since.")
    private Path saved;

    @Option(
            names = "--watch-for",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = TimeConverter.class,
            description = "How long each connector has to run without failing (default: ${DEFAULT-VALUE}).")
    private Duration watchFor;

    @Option(
            names = "--reset-offsets",
            description = "New connectors start anew where offsets exist under their name (default: they go on).")
    private boolean resetOffsets;

    ApplyCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() throws InterruptedException {
        Optional<SavedPlan> file = Optional.ofNullable(saved).map(SavedPlan::read);
        if (file.isPresent() && reach.isGiven()) {
            throw new DeclarationException("a saved plan says itself how far it goes: leave --prune and --adopt out");
        }
        try (Session session = options.open(defaults)) {
            PlanOptions planned = file.map(SavedPlan::options).orElseGet(reach::options);
            if (file.isPresent() && !isCurrent(file.get(), session)) {
                return FAILED;
            }
            Plan plan = session.plan(planned);
            PlanText.of(session.header(), plan, Paint.system()).forEach(out()::println);
            out().flush();
            if (plan.isBlocked()) {
                err().println("millrace: nothing was changed");
                return FAILED;
            }
            if (plan.isEmpty()) {
                return DONE;
            }
            if (!confirmed()) {
                out().println("Nothing was changed.");
                return FAILED;
            }
            return carryOut(session, plan);
        }
    }

    private boolean isCurrent(SavedPlan file, Session session) {
        if (!file.environment().equals(session.environment().name())) {
            throw new DeclarationException("the plan " + saved + " is for the environment " + file.environment()
                    + ", not for " + session.environment().name());
        }
        List<String> moved = file.moved(session.declared(), session.live());
        if (!moved.isEmpty()) {
            err().println("millrace: the plan " + saved
                    + " is out of date, so nothing was changed. Moved since it was made:");
            moved.forEach(what -> err().println("  " + what));
            err().println("Make a new one with ./millrace plan --out " + saved);
        }
        return moved.isEmpty();
    }

    private boolean confirmed() {
        Console console = System.console();
        if (yes || console == null) {
            return true;
        }
        String answer = console.readLine("  Apply? [y/N] ");
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    private int carryOut(Session session, Plan plan) throws InterruptedException {
        ApplyProgress progress = new ApplyProgress(out(), Paint.system(), plan);
        try (Interruption interruption =
                Interruption.listen(() -> progress.note("interrupted: no further step is begun"))) {
            Outcome outcome = new Applier(
                            session.environment(),
                            session.clusters(),
                            session.contracts(),
                            new ApplyOptions(watchFor, START_LIMIT, resetOffsets),
                            progress,
                            interruption::isRequested)
                    .apply(plan, session.declared(), session.live());
            progress.finish(outcome);
            return outcome.isComplete() ? DONE : FAILED;
        }
    }
}
