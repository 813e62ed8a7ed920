package io.millrace.connect.configs.cdc.preflight;

import io.millrace.connect.configs.servers.PostgresServer;
import java.util.Optional;

/** The checks on the stack's own release. */
final class PreflightIT extends PreflightOnAServer {
    @Override
    Optional<PostgresServer> start() throws Exception {
        return Optional.of(PostgresServer.current());
    }
}
