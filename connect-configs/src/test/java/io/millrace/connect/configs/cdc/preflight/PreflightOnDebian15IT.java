package io.millrace.connect.configs.cdc.preflight;

import io.millrace.connect.configs.servers.PostgresServer;
import java.util.Optional;

/** The checks on Debian's release 15; skipped where it is not installed. */
final class PreflightOnDebian15IT extends PreflightOnAServer {
    @Override
    Optional<PostgresServer> start() throws Exception {
        return PostgresServer.debian15();
    }
}
