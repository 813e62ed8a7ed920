/** Measures how fresh and complete the pipeline is, and tells it and what has no numbers of its own to Prometheus. */
package io.millrace.local.watch;
