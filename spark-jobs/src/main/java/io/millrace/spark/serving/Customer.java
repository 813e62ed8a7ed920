package io.millrace.spark.serving;

import java.io.Serializable;

/** What enrichment takes from a row of the shop's customers; each part may be null. */
record Customer(String name, String segment, String country) implements Serializable {}
