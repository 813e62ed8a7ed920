package io.millrace.connect.configs.plan;

import org.apache.avro.Schema;

/**
 * A schema as it has to be registered.
 *
 * @param name subject
 * @param schema its newest version
 * @param compatibility mode under which the registry has to check the next ones, such as {@code BACKWARD}
 */
public record DeclaredSubject(String name, Schema schema, String compatibility) {}
