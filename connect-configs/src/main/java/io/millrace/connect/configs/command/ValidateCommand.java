package io.millrace.connect.configs.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.plan.Declared;
import io.millrace.connect.configs.plan.Finding;
import io.millrace.connect.configs.plan.Paint;
import io.millrace.connect.configs.plan.Plan;
import io.millrace.connect.configs.plan.PlanOptions;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace validate}. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description =
                "Check every file, and have the workers and the registry judge what is declared. Changes nothing. Ends"
                        + " with 0 when all is valid, 1 when a server refuses something, 2 when a file is wrong.")
final class ValidateCommand extends ControlCommand {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ControlDefaults defaults;

    @Mixin
    private ControlOptions options;

    @Option(names = "--offline", description = "Check the files alone; no server is asked.")
    private boolean offline;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    ValidateCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (Session session = options.open(defaults)) {
            Declared declared = session.declared();
            if (offline) {
                print(declared, List.of());
                return DONE;
            }
            Plan plan = session.plan(new PlanOptions(false, false));
            List<Finding> problems = plan.findings().stream()
                    .filter(finding -> finding.kind() == Finding.Kind.PROBLEM)
                    .toList();
            print(declared, problems);
            return problems.isEmpty() ? DONE : FAILED;
        }
    }

    private void print(Declared declared, List<Finding> problems) {
        if (json) {
            ObjectNode root = JSON.createObjectNode()
                    .put("connectors", declared.connectors().size())
                    .put("topics", declared.topics().size())
                    .put("schemas", declared.subjects().size())
                    .put("asked_servers", !offline)
                    .put("valid", problems.isEmpty());
            ArrayNode array = root.putArray("problems");
            problems.forEach(problem -> array.addObject()
                    .put("name", problem.name())
                    .put("at", problem.at())
                    .put("text", problem.text()));
            out().println(root.toPrettyString());
            return;
        }
        Paint paint = Paint.system();
        for (Finding problem : problems) {
            out().println("  " + paint.red("!") + " " + problem.name() + "  " + problem.text());
            if (!problem.at().isEmpty()) {
                out().println("      " + paint.dim(problem.at()));
            }
        }
        String what = declared.connectors().size() + " connectors, "
                + declared.topics().size() + " topics, " + declared.subjects().size() + " schemas";
        String judge = offline
                ? "the files are well formed; no server was asked"
                : "by the files, the workers and the registry";
        out().println("  " + what + ": "
                + (problems.isEmpty() ? paint.green("valid") : paint.red(problems.size() + " problems")) + " " + "("
                + judge + ")");
    }
}
