package io.millrace.connect.configs.environment;

import io.millrace.connect.configs.DeclarationException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resolves {@code ${env:NAME}}, {@code ${file:PATH}} and {@code ${file:PATH:KEY}}; paths are relative to the environment's file. */
final class References {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([a-z]+):([^}]*)}");

    private final Path folder;
    private final String file;
    private final Function<String, String> variables;

    References(Path file, Function<String, String> variables) {
        this.folder = file.toAbsolutePath().getParent();
        this.file = file.toString();
        this.variables = variables;
    }

    String resolve(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(reference ->
                        Matcher.quoteReplacement(value(reference.group(), reference.group(1), reference.group(2))));
    }

    private String value(String reference, String kind, String what) {
        return switch (kind) {
            case "env" ->
                Optional.ofNullable(variables.apply(what))
                        .orElseThrow(() -> wrong(reference, "the environment variable " + what + " is not set"));
            case "file" -> file(reference, what);
            default -> throw wrong(reference, "only ${env:NAME}, ${file:PATH} and ${file:PATH:KEY} are known here");
        };
    }

    private String file(String reference, String what) {
        int colon = what.lastIndexOf(':');
        try {
            if (colon < 0) {
                return Files.readString(folder.resolve(what)).strip();
            }
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(folder.resolve(what.substring(0, colon)))) {
                properties.load(reader);
            }
            String key = what.substring(colon + 1);
            return Optional.ofNullable(properties.getProperty(key))
                    .orElseThrow(() -> wrong(reference, "the file has no key " + key));
        } catch (IOException | IllegalArgumentException e) {
            // Neither cause nor message is passed on: a properties parser may quote what it read.
            throw wrong(reference, "the file cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private DeclarationException wrong(String reference, String reason) {
        return new DeclarationException(file + ": " + reference + " cannot be resolved: " + reason);
    }
}
