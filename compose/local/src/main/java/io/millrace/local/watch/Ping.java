package io.millrace.local.watch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One numbered probe.
 *
 * @param probe name of the prober
 * @param run when the prober was started; numbers begin at 0 with each run
 * @param source the way in
 */
record Ping(String probe, String run, String source, long sequence, Instant sentAt) {
    /** How many rows a source has in the stores; as the job that writes them counts. */
    static final int SLOTS = 600;

    /** Its row in serving.probes. */
    String rowKey() {
        return probe + "|" + source + "|" + sequence % SLOTS;
    }

    /** As a record of probe.events. */
    ObjectNode event() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("event_id", String.join("-", probe, run, source, Long.toString(sequence)))
                .put("event_time", sentAt.toString())
                .put("probe", probe)
                .put("run", run)
                .put("source", source)
                .put("sequence", sequence);
    }

    /** As a message in a database's log. */
    ObjectNode message() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("probe", probe)
                .put("run", run)
                .put("source", source)
                .put("sequence", sequence)
                .put("sent_at", sentAt.toEpochMilli());
    }
}
