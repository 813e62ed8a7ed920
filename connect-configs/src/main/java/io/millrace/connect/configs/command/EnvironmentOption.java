package io.millrace.connect.configs.command;

import io.millrace.connect.configs.environment.Environment;
import picocli.CommandLine.Option;

/** {@code --env}: which environment is meant. */
final class EnvironmentOption {
    @Option(
            names = "--env",
            paramLabel = "NAME|FILE",
            description = "Environment: a name in connect-configs/environments, or a file (default: the local stack).")
    private String named;

    /** The environment that was named, otherwise the local stack. */
    Environment environment(ControlDefaults defaults) {
        return named == null ? defaults.local() : Environment.named(named, defaults.environments(), System::getenv);
    }
}
