/**
 * What is computed: the driver that runs streaming jobs, and the jobs of the group {@code serving}. The lake's jobs live
 * in {@code io.millrace.spark.lake} and use the public types of this package.
 */
package io.millrace.spark;
