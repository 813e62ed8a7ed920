/** The jobs of the group serving: what a reader waits for. Spark code is thin; what is computed stands in plain classes. */
package io.millrace.spark.serving;
