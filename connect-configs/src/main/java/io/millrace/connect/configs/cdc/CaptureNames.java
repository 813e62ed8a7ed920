package io.millrace.connect.configs.cdc;

import io.millrace.connect.configs.DeclarationException;

/**
 * What everything is called that belongs to one captured database: one name in the database, the same as part of the
 * connector's and the topics' names.
 *
 * @param name of the capture: lower-case letters, digits and underscores, a letter first
 */
public record CaptureNames(String name) {
    /** How every name of ours in a database begins; a slot that begins so is ours. */
    public static final String MARK = "millrace_";

    private static final int LONGEST = 40;

    public CaptureNames {
        if (!name.matches("[a-z][a-z0-9_]{0," + (LONGEST - 1) + "}")) {
            throw new DeclarationException("a capture cannot be called '" + name
                    + "': write up to 40 lower-case letters, digits and underscores, a letter first, as a replication"
                    + " slot's name takes nothing else");
        }
    }

    /** Slot, publication, role and schema in the database. */
    public String inDatabase() {
        return MARK + name;
    }

    public String connector() {
        return name.replace('_', '-') + "-cdc";
    }

    /** Debezium's {@code topic.prefix}. */
    public String prefix() {
        return "cdc." + name;
    }

    /** Topic of a table. @param table {@code schema.table} */
    public String topic(String table) {
        return prefix() + "." + table.replaceAll("[^A-Za-z0-9._-]", "_");
    }

    public String heartbeatTopic() {
        return "__debezium-heartbeat." + prefix();
    }

    public String notificationTopic() {
        return "__millrace-notifications." + prefix();
    }

    public String marker() {
        return inDatabase() + ".marker";
    }

    public String signal() {
        return inDatabase() + ".signal";
    }

    public String journal() {
        return inDatabase() + ".millrace_journal";
    }

    /** Name that the lake's mirror gives to the table of a topic. */
    public String lakeTable(String table) {
        return topic(table)
                .substring("cdc.".length())
                .replaceFirst("\\.public\\.", ".")
                .replaceAll("[^A-Za-z0-9_]", "_");
    }
}
