/** Benchmarks that take turns with their references and report ratios. */
package io.millrace.testing.bench;
