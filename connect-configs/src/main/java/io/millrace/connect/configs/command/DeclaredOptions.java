package io.millrace.connect.configs.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code FOLDER} and {@code --contracts}: which files declare what should be. */
final class DeclaredOptions {
    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER",
            description = "Folder of the declared connectors (default: connect-configs/connectors).")
    private Path folder;

    @Option(
            names = "--contracts",
            paramLabel = "DIR",
            description = "Folder of the contracts (default: schemas/contracts).")
    private Path contracts;

    Path connectors(ControlDefaults defaults) {
        return folder == null ? defaults.connectors() : folder;
    }

    Path contracts(ControlDefaults defaults) {
        return contracts == null ? defaults.contracts() : contracts;
    }
}
