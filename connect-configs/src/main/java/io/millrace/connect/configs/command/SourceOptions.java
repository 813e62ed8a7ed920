package io.millrace.connect.configs.command;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import io.millrace.connect.configs.environment.Setting;
import java.io.Console;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which database is meant, and how whoever sets things up logs in there. */
final class SourceOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "postgresql://USER@HOST:PORT/DATABASE, without a password"
                    + " (default: the local stack's database of the capture's name).")
    private String url;

    @Option(
            names = "--password",
            paramLabel = "REFERENCE",
            description = "Where USER's password is: $${env:NAME}, $${file:PATH} or $${file:PATH:KEY}"
                    + " (default: MILLRACE_CDC_PASSWORD, PGPASSWORD, or asked for).")
    private String password;

    /** @param database name of the local stack's database that is meant without a URL */
    SourceAddress address(CdcHost host, String database) {
        if (url != null) {
            return SourceAddress.parse(url);
        }
        return host.database(database)
                .orElseThrow(() ->
                        new DeclarationException("say which database: --url postgresql://USER@HOST:PORT/DATABASE"));
    }

    String password(CdcHost host, SourceAddress address) {
        if (password != null) {
            return Setting.reference("--password", password, System::getenv).value();
        }
        if (url == null) {
            Optional<String> local = host.databasePassword();
            if (local.isPresent()) {
                return local.get();
            }
        }
        for (String variable : new String[] {"MILLRACE_CDC_PASSWORD", "PGPASSWORD"}) {
            if (System.getenv(variable) != null) {
                return System.getenv(variable);
            }
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Password of %s: ", address);
        if (typed == null) {
            throw new DeclarationException(
                    "no password for " + address + ": set MILLRACE_CDC_PASSWORD, or give --password '${env:NAME}'");
        }
        return new String(typed);
    }
}
