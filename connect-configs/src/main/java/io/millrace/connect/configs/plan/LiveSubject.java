package io.millrace.connect.configs.plan;

import java.util.Optional;
import org.apache.avro.Schema;

/**
 * A subject as the registry has it, seen from the schema that is declared for it.
 *
 * @param newest number of its newest version
 * @param schema its newest version; empty when that is not an Avro schema that can be read
 * @param same number of the version that is the declared schema, where there is one
 * @param compatibility the mode in force, the registry's global one included
 * @param accepted whether the registry would take the declared schema as the next version
 */
public record LiveSubject(
        int newest, Optional<Schema> schema, Optional<Integer> same, String compatibility, boolean accepted) {}
