package io.millrace.local.send;

/**
 * What became of a file.
 *
 * @param site the site of its events
 * @param lines lines read, blank ones included
 * @param blank blank lines
 * @param malformed lines that gave no event
 * @param accepted events that are in Kafka
 * @param refused events that the collector refused
 * @param retries requests that had to be repeated
 * @param seconds how long it took
 */
public record SendReport(
        String site,
        long lines,
        long blank,
        long malformed,
        long accepted,
        long refused,
        long retries,
        double seconds) {}
