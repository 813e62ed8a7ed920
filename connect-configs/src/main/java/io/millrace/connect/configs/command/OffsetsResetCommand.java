package io.millrace.connect.configs.command;

import io.millrace.connect.configs.environment.Clusters;
import picocli.CommandLine.Command;

/** {@code millrace connectors offsets reset}. */
@Command(
        name = "reset",
        mixinStandardHelpOptions = true,
        description = "Forget all offsets of a STOPPED connector, so that it begins anew.")
final class OffsetsResetCommand extends OffsetsChange {
    OffsetsResetCommand(ControlDefaults defaults) {
        super(defaults);
    }

    @Override
    String change(Clusters clusters, String name) {
        return clusters.connect().offsets().reset(name);
    }
}
