package io.millrace.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The commands of the runbooks that change nothing, as they stand there. */
final class RunbookCommands {
    private static final Path RUNBOOKS = LocalStack.repositoryRoot().resolve("compose/runbooks");
    private static final List<String> HARMLESS = List.of(
            "status",
            "plan",
            "connectors list",
            "cdc orphans",
            "dlq list",
            "dlq show",
            "contracts check",
            "jobs check",
            "jobs explain",
            "sql",
            "dlq replay dlq.redis-sink --dry-run",
            "probe");

    private RunbookCommands() {}

    /** Without the program's name, each once. */
    static Set<String> harmless() throws IOException {
        Set<String> commands = new TreeSet<>();
        for (Path page : Promtool.files(RUNBOOKS, ".md")) {
            for (String line : Files.readAllLines(page)) {
                String text = line.strip();
                if (line.startsWith("    ") && text.startsWith("./millrace ")) {
                    String command = text.substring("./millrace ".length());
                    if (HARMLESS.stream().anyMatch(each -> command.equals(each) || command.startsWith(each + " "))) {
                        commands.add(command);
                    }
                }
            }
        }
        return commands;
    }

    /** A command line's words; a quoted text is one. */
    static String[] words(String command) {
        return java.util.regex.Pattern.compile("\"([^\"]*)\"|(\\S+)")
                .matcher(command)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toArray(String[]::new);
    }
}
