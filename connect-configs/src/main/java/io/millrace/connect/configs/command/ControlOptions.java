package io.millrace.connect.configs.command;

import picocli.CommandLine.Mixin;

/** What every command over a folder of declared things takes. */
final class ControlOptions {
    @Mixin
    private EnvironmentOption environment;

    @Mixin
    private DeclaredOptions declared;

    Session open(ControlDefaults defaults) {
        return new Session(
                environment.environment(defaults), declared.connectors(defaults), declared.contracts(defaults));
    }
}
