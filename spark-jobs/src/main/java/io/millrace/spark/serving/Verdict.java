package io.millrace.spark.serving;

import org.apache.avro.generic.GenericRecord;

/** What becomes of a raw record. */
sealed interface Verdict {

    /** It is a web event as the contract says. */
    record Good(GenericRecord event) implements Verdict {}

    /** It is set aside, as this record of the quarantine topic's contract. */
    record Bad(GenericRecord quarantined) implements Verdict {}
}
