/** Real servers on free ports of the loopback address, each in a process of its own, for tests and benchmarks. */
package io.millrace.testing;
