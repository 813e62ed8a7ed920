package io.millrace.connect.configs.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * Offsets that an earlier connector of the same name left.
 *
 * @param partitions how many partitions of the source, or of topics, have one
 * @param where what keeps them, such as {@code consumer group connect-x}
 * @param written when the newest was written, where that is known
 */
public record OldOffsets(int partitions, String where, Optional<Instant> written) {}
