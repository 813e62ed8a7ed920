/** One run of one job: what it reads, where its output goes, that it runs once at a time, and what it tells at its end. */
package io.millrace.spark.run;
