/** Declared Spark jobs, from the command line. */
package io.millrace.local.jobs;
