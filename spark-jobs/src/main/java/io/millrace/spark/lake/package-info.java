/**
 * The jobs that keep the lake: append-only event tables, the table of sessions, a mirror of every captured database
 * table, and read-only SQL over all of them.
 *
 * <p>Exactly once rests on one thing: each Hudi commit carries, in its metadata, the Kafka offsets up to which its table
 * is complete. A batch leaves out the rows that its table already has, so a batch that is executed again, with the same
 * or with other borders, and even a lost checkpoint, adds nothing twice.
 */
package io.millrace.spark.lake;
