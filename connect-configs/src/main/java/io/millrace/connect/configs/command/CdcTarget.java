package io.millrace.connect.configs.command;

import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.environment.Environment;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a capture runs and which database it is of. */
final class CdcTarget {
    @Option(
            names = "--env",
            paramLabel = "NAME|FILE",
            description = "Environment: a name in connect-configs/environments, or a file (default: the local stack).")
    private String named;

    @Mixin
    private SourceOptions source;

    SourceOptions source() {
        return source;
    }

    Environment environment(ControlDefaults defaults) {
        return named == null ? defaults.local() : Environment.named(named, defaults.environments(), System::getenv);
    }

    /** A named environment has neither the local stack's lake nor its place for secrets. */
    CdcHost host(ControlDefaults defaults) {
        return named == null ? defaults.cdc() : CdcHost.NONE;
    }
}
