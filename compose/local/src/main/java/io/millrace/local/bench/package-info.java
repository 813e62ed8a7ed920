/** Benchmarks of the parts, each measured beside its references. */
package io.millrace.local.bench;
