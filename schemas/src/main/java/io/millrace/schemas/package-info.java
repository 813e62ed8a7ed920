/**
 * What flows through Millrace: one contract per topic, read from a folder or from the class path, and nothing that
 * depends on Kafka, Connect or Spark.
 */
package io.millrace.schemas;
