package io.millrace.connect.configs.command;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.NearestName;
import java.util.List;
import picocli.CommandLine.Parameters;

/** {@code NAME}: which connector is meant. */
final class ConnectorName {
    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the connector.")
    private String name;

    /** The name, if a connector has it. */
    String existing(ConnectClient connect) {
        List<String> names = connect.connectors();
        if (!names.contains(name)) {
            throw new DeclarationException("there is no connector " + name + " at " + connect.url() + "; "
                    + (names.isEmpty() ? "there is none at all" : "./millrace connectors list shows those there are")
                    + NearestName.hint(name, names));
        }
        return name;
    }
}
