package io.millrace.connect.configs.command;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.CaptureRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is to be captured. */
final class CaptureOptions {
    @Option(
            names = "--tables",
            split = ",",
            paramLabel = "SCHEMA.TABLE",
            description = "Tables to capture, * for any text (default: every table that can be captured).")
    private List<String> tables = new ArrayList<>();

    @Option(names = "--exclude", split = ",", paramLabel = "SCHEMA.TABLE", description = "Tables to leave out.")
    private List<String> exclude = new ArrayList<>();

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "Existing role that the connector logs in with (default: one is made).")
    private String role;

    @Option(
            names = "--identity",
            paramLabel = "SCHEMA.TABLE=CHOICE",
            description = "What identifies rows of a table without a key: full, index:NAME, or skip to leave it out.")
    private Map<String, String> identities = new LinkedHashMap<>();

    @Option(
            names = "--long-transaction",
            paramLabel = "TIME",
            defaultValue = "1m",
            converter = TimeConverter.class,
            description = "From which age on an open transaction is told (default: ${DEFAULT-VALUE}).")
    private Duration longTransaction;

    CaptureRequest request(String name) {
        identities.forEach((table, choice) -> {
            if (!choice.matches("full|skip|index:.+")) {
                throw new DeclarationException(
                        "--identity " + table + "=" + choice + ": write full, index:NAME or skip");
            }
        });
        return new CaptureRequest(
                new CaptureNames(name), tables, exclude, Optional.ofNullable(role), identities, longTransaction);
    }
}
