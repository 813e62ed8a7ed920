package io.millrace.connect.configs.command;

import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.onboard.Capture;
import io.millrace.connect.configs.cdc.onboard.Onboarding;
import io.millrace.connect.configs.plan.Paint;
import java.io.Console;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace cdc offboard}. */
@Command(
        name = "offboard",
        mixinStandardHelpOptions = true,
        description =
                "Take a database out: every change that is still in the log goes to Kafka, then connector, offsets,"
                        + " slot, publication, role and schema go, and the database is asked whether anything is left. Ends with"
                        + " 0 only when nothing is.")
final class CdcOffboardCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Parameters(paramLabel = "NAME", description = "Name of the capture.")
    private String name;

    @Mixin
    private CdcTarget target;

    @Option(names = "--discard", description = "Do not wait for what is still in the log.")
    private boolean discard;

    @Option(
            names = "--topics",
            defaultValue = "keep",
            paramLabel = "keep|delete",
            description =
                    "What becomes of the topics with the changes (default: ${DEFAULT-VALUE}). A stream that reads a topic,"
                            + " as the lake's mirror does, stops when the topic is deleted.")
    private String topics;

    @Option(
            names = "--subjects",
            defaultValue = "keep",
            paramLabel = "keep|delete",
            description =
                    "What becomes of their subjects in the registry, with --topics delete (default: ${DEFAULT-VALUE}).")
    private String subjects;

    @Option(names = "--plan", description = "Only show what would be taken back.")
    private boolean planOnly;

    @Option(names = "--yes", description = "Do not ask on a terminal.")
    private boolean yes;

    CdcOffboardCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        if (!List.of("keep", "delete").contains(topics)) {
            err().println("millrace: --topics takes keep or delete");
            return USAGE;
        }
        if (!List.of("keep", "delete").contains(subjects) || subjects.equals("delete") && topics.equals("keep")) {
            err().println(
                            "millrace: --subjects takes keep, or delete together with --topics delete: without its subject"
                                    + " nobody can read a topic");
            return USAGE;
        }
        try (CdcSession session = new CdcSession(defaults, target, name)) {
            // Without a journal nothing of ours should be there; by name it is looked for all the same.
            CaptureSpec spec = session.spec().orElseGet(() -> unknown(session));
            Capture capture =
                    session.capture(spec, Optional.empty(), new CdcProgress(out(), Paint.system(), () -> false));
            out().println("  " + name + " in " + session.database().address() + ": connector "
                    + spec.names().connector() + ", slot, publication, "
                    + spec.givenRole().map(role -> "not role " + role).orElse("role") + " and schema "
                    + spec.names().inDatabase() + " go; topics: " + topics + ", their subjects: " + subjects
                    + "; the lake's tables stay");
            if (planOnly) {
                return CHANGES;
            }
            if (!confirmed()) {
                out().println("Nothing was changed.");
                return FAILED;
            }
            return report(new Onboarding(capture).offboard(discard, fate()));
        }
    }

    private Onboarding.Topics fate() {
        if (topics.equals("keep")) {
            return Onboarding.Topics.KEEP;
        }
        return subjects.equals("keep") ? Onboarding.Topics.DELETE : Onboarding.Topics.DELETE_WITH_SUBJECTS;
    }

    private int report(Onboarding.Removed removed) {
        if (!removed.isClean()) {
            err().println("millrace: still there: " + String.join(", ", removed.remains()) + "; run it again");
            return FAILED;
        }
        out().println("  proved: no slot, no publication, no role, no schema, no session, no connector;"
                + " the log is free from " + removed.position() + " on");
        if (!removed.topicsKept().isEmpty()) {
            out().println("  kept: " + removed.topicsKept().size() + " topics "
                    + "with the changes, and their subjects");
        }
        return DONE;
    }

    private static CaptureSpec unknown(CdcSession session) {
        return new CaptureSpec(
                session.names().name(),
                List.of(),
                List.of(),
                Map.of(),
                null,
                "",
                session.database().address().host(),
                Integer.toString(session.database().address().port()),
                1,
                "initial",
                "evolve",
                Map.of());
    }

    private boolean confirmed() {
        Console console = System.console();
        if (yes || console == null) {
            return true;
        }
        String answer = console.readLine("  Take it out? [y/N] ");
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }
}
