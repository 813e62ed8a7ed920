package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.Millrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The READMEs promise only commands, options and files that exist. */
class ReadmeTest {
    private static final Pattern COMMAND = Pattern.compile("\\./millrace ([a-z]+)([^`\\n&)#]*)");
    private static final Pattern LINK = Pattern.compile("]\\((?!http)([^)#]+)\\)");

    static Stream<Path> readmes() throws IOException {
        Path root = LocalStack.repositoryRoot();
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .filter(file -> !root.relativize(file).startsWith(".millrace"))
                    .toList();
            return found.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("readmes")
    void everyCommandAndOptionExists(Path readme) throws IOException {
        CommandLine millrace = Millrace.commandLine();
        Matcher matcher = COMMAND.matcher(Files.readString(readme));
        List<String> unknown = new ArrayList<>();
        while (matcher.find()) {
            CommandLine command = millrace.getSubcommands().get(matcher.group(1));
            if (command == null) {
                unknown.add(matcher.group());
                continue;
            }
            unknown.addAll(unknownOptions(command, matcher.group(2).split("[\\s\\[\\]]+")));
        }
        assertThat(unknown).isEmpty();
    }

    /** Options of a line that its command does not have; words that name a command's own commands lead into them. */
    private static List<String> unknownOptions(CommandLine command, String[] words) {
        List<String> unknown = new ArrayList<>();
        CommandLine current = command;
        for (String word : words) {
            if (current.getSubcommands().containsKey(word)) {
                current = current.getSubcommands().get(word);
            } else if (!passesOptionsOn(current)
                    && word.startsWith("--")
                    && !current.getCommandSpec().optionsMap().containsKey(word)) {
                unknown.add(current.getCommandName() + " " + word);
            }
        }
        return unknown;
    }

    /** A benchmark's options are its own business; it names the known ones when it is given another. */
    private static boolean passesOptionsOn(CommandLine command) {
        return !command.getCommandSpec().unmatchedArgsBindings().isEmpty();
    }

    @ParameterizedTest
    @MethodSource("readmes")
    void everyLinkedFileExists(Path readme) throws IOException {
        Matcher matcher = LINK.matcher(Files.readString(readme));
        while (matcher.find()) {
            assertThat(readme.resolveSibling(matcher.group(1))).exists();
        }
    }
}
