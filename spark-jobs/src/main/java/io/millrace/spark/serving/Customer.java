package io.millrace.spark.serving;

import java.io.Serializable;
import org.apache.avro.generic.GenericRecord;

/** What enrichment takes from a row of the shop's customers; each part may be null. */
record Customer(String name, String segment, String country) implements Serializable {

    static Customer of(GenericRecord row) {
        return new Customer(
                Columns.textOrNull(row, "name"),
                Columns.textOrNull(row, "segment"),
                Columns.textOrNull(row, "country"));
    }
}
