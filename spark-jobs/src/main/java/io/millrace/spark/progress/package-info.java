/** What the batches of a driver's jobs did, told to Prometheus, to a topic and to tools that look at consumer groups. */
package io.millrace.spark.progress;
