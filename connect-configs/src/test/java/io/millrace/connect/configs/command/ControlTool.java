package io.millrace.connect.configs.command;

import io.millrace.connect.configs.tool.DeclaredFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The control tool without the program around it: every command, on the folders of a test. */
@Command(name = "millrace")
public final class ControlTool {
    /** What a command printed, and how it ended. */
    public record Result(int code, String out, String err) {}

    private ControlTool() {}

    /** Runs one command line; the folder holds {@code connectors}, {@code contracts} and {@code environments}. */
    public static Result run(Path root, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = commandLine(root)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Result(code, out.toString(), err.toString());
    }

    private static CommandLine commandLine(Path root) {
        CommandLine commands = new CommandLine(new ControlTool());
        ControlCommands.all(new DeclaredFiles(root)).forEach(commands::addSubcommand);
        return commands;
    }

    /** For measurements: the first argument is the folder. */
    public static void main(String[] arguments) {
        String[] rest = java.util.Arrays.copyOfRange(arguments, 1, arguments.length);
        System.exit(commandLine(Path.of(arguments[0])).execute(rest));
    }
}
