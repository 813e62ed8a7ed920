package io.millrace.connect.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.millrace.connect.http.answer.Refused;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.limits.ByteBudget;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;

/**
 * Reads the body of a request: one object, an array of objects, objects one after the other (NDJSON), or Segment's envelope
 * around an array. Safe for use by several threads.
 */
final class RequestReader {
    /** Far more than a contract has; no reader of ours calls itself deeper than a contract is. */
    private static final int DEEPEST = 200;

    private final JsonFactory json = JsonFactory.builder()
            // Names come from outside: interning them would let a client fill a table of the whole JVM.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();
    private final Limits limits;
    private final EventRules rules;
    private final Optional<Quarantine> quarantine;
    private final Clock clock;

    RequestReader(Limits limits, EventRules rules, Optional<Quarantine> quarantine, Clock clock) {
        this.limits = limits;
        this.rules = rules;
        this.quarantine = quarantine;
        this.clock = clock;
    }

    /**
     * Reads a body.
     *
     * @param plan how
     * @param body the array that holds it, as it was sent; not kept
     * @param lease is charged for what it is inflated to, for each event and what it holds many of
     * @throws Rejection with the first thing that is wrong; events that do not keep their contract are in the result
     *     instead, if good ones are taken beside them or bad ones are set aside
     */
    Reading read(BodyPlan plan, byte[] body, int offset, int length, ClientFacts client, ByteBudget.Lease lease)
            throws Rejection {
        if (plan.inflater().isPresent()) {
            byte[] inflated = plan.inflater().get().inflate(body, offset, length, limits.requestBytes(), lease);
            return parse(plan, inflated, 0, inflated.length, client, lease);
        }
        return parse(plan, body, offset, length, client, lease);
    }

    private Reading parse(
            BodyPlan plan, byte[] body, int offset, int length, ClientFacts client, ByteBudget.Lease lease)
            throws Rejection {
        try (JsonParser parser = json.createParser(body, offset, length)) {
            BodyReading reading = new BodyReading(
                    plan,
                    parser,
                    new BodyReading.Bytes(body, offset, length),
                    client,
                    lease,
                    limits,
                    new BodyReading.Fate(rules.partial(), quarantine),
                    clock.millis());
            return reading.run();
        } catch (Refused e) {
            throw e.rejection();
        } catch (IOException e) {
            throw Rejection.badRequest("the body cannot be read: " + e.getMessage());
        }
    }
}
