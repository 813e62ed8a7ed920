package io.millrace.spark.serving;

import java.io.Serializable;
import org.apache.avro.generic.GenericRecord;

/** What enrichment takes from a row of the shop's products; each part may be null. */
record Product(String name, String category) implements Serializable {

    static Product of(GenericRecord row) {
        return new Product(Columns.textOrNull(row, "name"), Columns.textOrNull(row, "category"));
    }
}
