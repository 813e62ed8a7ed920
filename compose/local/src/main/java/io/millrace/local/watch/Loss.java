package io.millrace.local.watch;

import java.time.Instant;

/**
 * A probe that did not arrive though a later one did.
 *
 * @param hop the first at which it is missing
 * @param reportedAt when that was certain
 */
record Loss(String source, long sequence, Hop hop, Instant sentAt, Instant reportedAt) {}
