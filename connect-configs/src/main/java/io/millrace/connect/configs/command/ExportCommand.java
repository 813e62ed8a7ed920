package io.millrace.connect.configs.command;

import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.export.Export;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Write files that declare what runs: connectors, contracts and an environment. Changes nothing.")
final class ExportCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write to; must be empty.")
    private Path folder;

    @Option(names = "--force", description = "Write over files in a folder that is not empty.")
    private boolean force;

    ExportCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() throws IOException {
        Environment from = environment.environment(defaults);
        try (Clusters clusters = from.open()) {
            Export export = Export.of(from, clusters);
            export.write(folder, force);
            export.warnings().forEach(warning -> out().println("warning: " + warning));
            out().printf(
                            "Wrote %d connectors, %d contracts and environment %s to %s.%n",
                            export.count("connectors"), export.count("contracts"), from.name(), folder);
            out().printf(
                            "See that they say what runs: ./millrace plan %s --contracts %s --env %s --adopt%n",
                            folder.resolve("connectors"),
                            folder.resolve("contracts"),
                            folder.resolve("environments").resolve(from.name() + ".yaml"));
            return DONE;
        }
    }
}
