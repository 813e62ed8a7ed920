package io.millrace.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredConnectors;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.EnvironmentConnectors;
import io.millrace.connect.configs.status.ConnectorTable;
import io.millrace.connect.configs.status.Watch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Show the services, connectors and Spark jobs of a running stack, or with --env the connectors of an"
                    + " environment. Ends with 1 when no stack runs.",
            "LAG is what a sink has not read yet, BEHIND the age of the oldest such record, or for a source of the newest"
                    + " record that it wrote. RESTARTS counts what the workers' status topic still holds."
        })
public final class StatusCommand implements Callable<Integer> {
    @Option(names = "--state", paramLabel = "DIR", description = "The stack's state folder (default: .millrace).")
    private Path state;

    @Option(
            names = "--env",
            paramLabel = "NAME|FILE",
            description = "Show the connectors of this environment and nothing else.")
    private String environment;

    @Option(
            names = "--watch",
            arity = "0..1",
            fallbackValue = "2",
            paramLabel = "SECONDS",
            description = "Show it again and again, every so many seconds (${FALLBACK-VALUE} when left out).")
    private Integer watch;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(
            names = "--pid",
            paramLabel = "SERVICE",
            description = "Print the process id of one service and nothing else.")
    private String pidOf;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (watch != null && watch < 1) {
            throw new StackException("--watch wants a number of seconds, at least 1");
        }
        if (environment != null) {
            Environment named =
                    Environment.named(environment, Checkout.current().environments(), System::getenv);
            return show(width -> connectors(named, width));
        }
        StackFolder folder = new StackFolder(state == null ? Checkout.current().defaultState() : state);
        ProcessTable table = ProcessTable.system();
        if (file(folder, table).isEmpty()) {
            notRunning(folder, table);
            return 1;
        }
        if (pidOf != null) {
            PidFile pid = PidFile.read(folder.pidFile(pidOf))
                    .orElseThrow(
                            () -> new StackException("no service " + pidOf + " runs; ./millrace status lists them"));
            out().println(pid.pid());
            return 0;
        }
        return show(width -> stack(folder, table, width));
    }

    /** @param drawing gives the lines for the width of the terminal */
    private int show(IntFunction<List<String>> drawing) {
        boolean terminal = System.console() != null;
        if (watch == null) {
            drawing.apply(Watch.width(terminal)).forEach(out()::println);
            out().flush();
        } else {
            new Watch(out(), terminal).run(Duration.ofSeconds(watch), drawing);
        }
        return 0;
    }

    private List<String> stack(StackFolder folder, ProcessTable table, int width) {
        Optional<JsonNode> file = file(folder, table);
        if (file.isEmpty()) {
            return List.of("No stack runs in " + folder.root() + " any more.");
        }
        StatusReport report = new StatusReport(folder, table);
        ObjectNode gathered = report.gather(file.get());
        return json ? List.of(gathered.toPrettyString()) : report.lines(gathered, Instant.now(), width);
    }

    private List<String> connectors(Environment named, int width) {
        List<DeclaredConnector> declared = EnvironmentConnectors.resolve(
                DeclaredConnectors.read(Checkout.current().connectorConfigs()), named);
        try (Clusters clusters = named.open()) {
            ConnectorTable table = ConnectorTable.read(named, clusters, declared, Clock.systemUTC());
            return json ? List.of(table.json().toPrettyString()) : table.render(width);
        }
    }

    private static Optional<JsonNode> file(StackFolder folder, ProcessTable table) {
        return new StackControl(folder, table, System.out).isRunning() ? StackFile.read(folder) : Optional.empty();
    }

    private void notRunning(StackFolder folder, ProcessTable table) {
        Set<String> left = new Leftovers(folder, table).processes().keySet();
        if (json) {
            ObjectNode report = Json.MAPPER.createObjectNode().put("state", "down");
            left.forEach(report.putArray("left_over")::add);
            out().println(report.toPrettyString());
            return;
        }
        out().println("No stack runs in " + folder.root() + "; start one with ./millrace up.");
        if (!left.isEmpty()) {
            out().println("A killed one left these running: " + String.join(", ", left)
                    + ". ./millrace down ends them, and so does the next ./millrace up.");
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
