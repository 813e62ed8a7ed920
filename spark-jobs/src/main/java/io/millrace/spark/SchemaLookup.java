package io.millrace.spark;

import io.millrace.schemas.RegistryException;
import io.millrace.schemas.SchemaRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Schemas by registry id. A registry that cannot be reached is asked again, with growing random pauses, until the budget
 * is spent; an id that it does not know is remembered for a moment, so that a flood of garbage costs one request.
 * Safe for use by several threads.
 */
final class SchemaLookup {
    private static final Duration BUDGET = Duration.ofSeconds(30);
    private static final Duration REMEMBER_UNKNOWN = Duration.ofSeconds(10);
    private static final int MOST_UNKNOWN = 10_000;

    /** Waits; in tests it does not. */
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    private final IntFunction<Optional<Schema>> registry;
    private final Clock clock;
    private final Pause pause;
    private final RandomGenerator random;
    private final Map<Integer, Schema> known = new ConcurrentHashMap<>();
    private final Map<Integer, Long> unknownUntil = new ConcurrentHashMap<>();

    SchemaLookup(SchemaRegistry registry) {
        this(registry::schema, Clock.systemUTC(), Thread::sleep, new java.util.SplittableRandom());
    }

    SchemaLookup(IntFunction<Optional<Schema>> registry, Clock clock, Pause pause, RandomGenerator random) {
        this.registry = registry;
        this.clock = clock;
        this.pause = pause;
        this.random = random;
    }

    /**
     * The schema with this id; empty when there is none, or when it is not an Avro schema.
     *
     * @throws RegistryException when the registry could not be reached within the budget: the batch has to be tried again
     */
    Optional<Schema> schema(int id) {
        Schema schema = known.get(id);
        if (schema != null) {
            return Optional.of(schema);
        }
        Long until = unknownUntil.get(id);
        // Ids begin at 1; registries answer anything to a negative one.
        if (id < 1 || (until != null && clock.millis() < until)) {
            return Optional.empty();
        }
        Optional<Schema> found = ask(id);
        if (found.isPresent()) {
            known.put(id, found.get());
        } else {
            if (unknownUntil.size() >= MOST_UNKNOWN) {
                unknownUntil.clear();
            }
            unknownUntil.put(id, clock.millis() + REMEMBER_UNKNOWN.toMillis());
        }
        return found;
    }

    private Optional<Schema> ask(int id) {
        long deadline = clock.millis() + BUDGET.toMillis();
        long ceiling = 100;
        while (true) {
            try {
                return registry.apply(id);
            } catch (SchemaParseException e) {
                return Optional.empty();
            } catch (RegistryException e) {
                if (clock.millis() >= deadline || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                sleep(1 + random.nextLong(ceiling), e);
                ceiling = Math.min(ceiling * 2, 3_000);
            }
        }
    }

    private void sleep(long millis, RegistryException reason) {
        try {
            pause.millis(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw reason;
        }
    }
}
