package io.millrace.connect.file;

import java.util.Collection;
import org.apache.avro.Schema;

/**
 * The schema that records of Avro and Parquet are read into.
 *
 * @param ignoreUnknown whether fields that it does not have are left out
 */
record WantedSchema(Schema schema, boolean ignoreUnknown) {

    /** @throws BrokenObject when the file has a field that it may not have */
    void check(Collection<String> fields) throws BrokenObject {
        for (String field : fields) {
            if (!ignoreUnknown && schema.getField(field) == null) {
                throw new BrokenObject("its field " + field + " is not one of the contract " + schema.getFullName()
                        + "; set " + FileKeys.UNKNOWN_FIELDS + "=" + FileKeys.IGNORE + " to leave it out");
            }
        }
    }
}
