package io.millrace.connect.configs.status;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One connector in the table.
 *
 * @param name connector name
 * @param type {@code source}, {@code sink} or {@code unknown}
 * @param state state of the connector itself; {@code MISSING} when it is declared but does not exist
 * @param running number of its tasks that run
 * @param tasks number of its tasks
 * @param lag how far it is behind
 * @param deadLetters records in its dead letter topic; empty when it has none or it cannot be read
 * @param restarts times that its tasks came back, as far as the status topic remembers; empty when that cannot be read
 * @param drift how it relates to what was applied
 * @param error why it failed, in one line and without secrets
 */
public record ConnectorRow(
        String name,
        String type,
        String state,
        int running,
        int tasks,
        Lag lag,
        OptionalLong deadLetters,
        OptionalInt restarts,
        Drift drift,
        Optional<String> error) {}
