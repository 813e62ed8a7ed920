package io.millrace.connect.configs.command;

import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.environment.Environment;
import java.nio.file.Path;

/** What the commands use when nothing else is said; the host program knows. */
public interface ControlDefaults {
    /** Folder of the declared connectors. */
    Path connectors();

    /** Folder of the contracts. */
    Path contracts();

    /** Folder of the environment files. */
    Path environments();

    /**
     * The environment that is meant when none is named: a stack that runs on this machine.
     *
     * @throws io.millrace.connect.configs.DeclarationException when none runs, with what to do
     */
    Environment local();

    /** What is known of a stack on this machine that databases are brought in to. */
    default CdcHost cdc() {
        return CdcHost.NONE;
    }
}
