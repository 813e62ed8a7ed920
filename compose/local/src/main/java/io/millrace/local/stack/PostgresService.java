package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PostgreSQL with a logical write-ahead log. */
final class PostgresService {
    static final String NAME = "postgres";

    private PostgresService() {}

    static ServiceSpec spec(StackContext context) {
        Path home = context.servers().postgres();
        Path data = context.folder().data(NAME);
        int port = context.address().postgres();
        List<String> options = new ArrayList<>(List.of(
                home.resolve("bin/postgres").toString(),
                "-D",
                data.toString(),
                "-c",
                "listen_addresses=" + StackAddress.HOST,
                "-c",
                "port=" + port,
                // A socket's path may not be longer than 107 characters, and nobody needs it.
                "-c",
                "unix_socket_directories=",
                "-c",
                "wal_level=logical",
                "-c",
                "max_wal_senders=10",
                "-c",
                "max_replication_slots=10",
                "-c",
                "max_connections=60",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "log_timezone=UTC",
                "-c",
                "timezone=UTC"));
        options.addAll(context.security().postgresOptions(context.folder().conf(NAME)));
        List<String> command = context.unprivileged().command(options);
        // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
        return ServiceSpec.of(
                        NAME,
                        port,
                        context.folder().conf(NAME),
                        () -> prepare(context, home, data),
                        command,
                        context.probes().postgres(context.secrets().get(Secrets.POSTGRES)))
                .stoppedBy("INT", Duration.ofSeconds(10));
    }

    private static void prepare(StackContext context, Path home, Path data) throws Exception {
        context.servers().unpack(Servers.POSTGRES);
        Path conf = context.folder().conf(NAME);
        context.security().postgresFiles(conf);
        context.unprivileged().own(conf);
        if (Files.exists(data.resolve("PG_VERSION")) && Files.exists(data.resolve("global/pg_control"))) {
            context.unprivileged().own(data);
            return;
        }
        // Initialised aside and renamed, so that an interrupted start leaves no half of a database.
        Path partial = data.resolveSibling("postgres.partial");
        StackFolder.delete(partial);
        context.unprivileged().own(partial);
        Path password = conf.resolve("password");
        StackContext.write(password, context.secrets().get(Secrets.POSTGRES) + "\n");
        context.unprivileged().own(conf);
        try {
            Commands.run(
                    context.unprivileged()
                            .command(List.of(
                                    home.resolve("bin/initdb").toString(),
                                    "-D",
                                    partial.toString(),
                                    "-U",
                                    "postgres",
                                    "-A",
                                    "scram-sha-256",
                                    "--pwfile",
                                    password.toString(),
                                    "--no-locale",
                                    "-E",
                                    "UTF8")),
                    Map.of(),
                    context.folder().log(NAME));
        } finally {
            Files.deleteIfExists(password);
        }
        Files.move(partial, data);
    }
}
