package io.millrace.connect.configs.command;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.NearestName;
import io.millrace.connect.configs.environment.Clusters;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace logger set}. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        description = "Set a level at every worker; they take it over one after the other.")
final class LoggerSetCommand extends ControlCommand {
    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF");

    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Parameters(
            index = "0",
            paramLabel = "LOGGER",
            description = "Package or class name, such as org.apache.kafka.connect, or root.")
    private String logger;

    @Parameters(index = "1", paramLabel = "LEVEL", description = "TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF.")
    private String level;

    LoggerSetCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        String wanted = level.toUpperCase(Locale.ROOT);
        if (!LEVELS.contains(wanted)) {
            throw new DeclarationException("there is no level " + level + "; there are " + String.join(", ", LEVELS)
                    + NearestName.hint(wanted, LEVELS));
        }
        try (Clusters clusters = environment.environment(defaults).open()) {
            clusters.connect().loggers().set(logger, wanted);
            out().println(logger + " logs at " + wanted + " until the workers end.");
            return DONE;
        }
    }
}
