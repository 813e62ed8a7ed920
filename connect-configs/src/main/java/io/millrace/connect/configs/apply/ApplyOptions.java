package io.millrace.connect.configs.apply;

import java.time.Duration;

/**
 * How a plan is carried out.
 *
 * @param watchFor how long a connector has to run without failing before it counts as applied
 * @param startLimit how long it may take until it runs at all
 * @param resetOffsets whether new connectors forget the offsets that exist under their name
 */
public record ApplyOptions(Duration watchFor, Duration startLimit, boolean resetOffsets) {}
