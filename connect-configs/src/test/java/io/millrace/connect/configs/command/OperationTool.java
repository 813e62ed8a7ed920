package io.millrace.connect.configs.command;

import io.millrace.connect.configs.environment.Environment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands as a person runs them against one environment. */
public final class OperationTool {
    /** What came of a command. */
    public record Outcome(int exitCode, String out, String err) {}

    private final Environment environment;

    public OperationTool(Environment environment) {
        this.environment = environment;
    }

    public Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine tool = new CommandLine(new Root());
        ControlCommands.all(new Defaults()).forEach(tool::addSubcommand);
        tool.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = tool.execute(arguments);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    @Command(name = "millrace")
    private static final class Root {}

    private final class Defaults implements ControlDefaults {
        @Override
        public Path connectors() {
            return Path.of("connectors");
        }

        @Override
        public Path contracts() {
            return Path.of("contracts");
        }

        @Override
        public Path environments() {
            return Path.of("environments");
        }

        @Override
        public Environment local() {
            return environment;
        }
    }
}
