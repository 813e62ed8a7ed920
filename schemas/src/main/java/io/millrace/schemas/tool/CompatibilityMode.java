package io.millrace.schemas.tool;

import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * Who has to be able to read whose records.
 *
 * @param newReadsOld whoever reads with the new schema reads records of every released version
 * @param oldReadsNew whoever reads with a released version reads new records
 */
record CompatibilityMode(String name, boolean newReadsOld, boolean oldReadsNew) {

    /** @param name as in a contract, such as {@code BACKWARD}; with or without {@code _TRANSITIVE} means the same here */
    static CompatibilityMode of(String name) {
        return new CompatibilityMode(
                name,
                name.startsWith("BACKWARD") || name.startsWith("FULL"),
                name.startsWith("FORWARD") || name.startsWith("FULL"));
    }

    boolean promisesNothing() {
        return !newReadsOld && !oldReadsNew;
    }

    /** Whether Avro finds that every reader whom this mode protects can read. */
    boolean holds(Schema released, Schema current) {
        return (!newReadsOld || reads(current, released)) && (!oldReadsNew || reads(released, current));
    }

    /** Whether Avro can read everything that was written with one schema by another. */
    static boolean reads(Schema reader, Schema writer) {
        try {
            return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                            .getType()
                    == SchemaCompatibilityType.COMPATIBLE;
        } catch (AvroRuntimeException e) {
            // As for a field that is found both by its name and by an alias.
            return false;
        }
    }
}
