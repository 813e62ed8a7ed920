package io.millrace.spark;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;

/** One streaming query. A job object is used by one thread; its query may be started again after it was stopped. */
public interface Job {

    /** The name on the command line, of the query, of its scheduler pool and of its checkpoint folder. */
    String name();

    /**
     * The contracts that its query is built from. When the value schema, the event section or the late-data policy of one
     * changes, or one comes or goes, the query is stopped and started again.
     *
     * @throws io.millrace.schemas.ContractException when one that it cannot do without is missing
     */
    default List<Contract> contracts(Catalogue catalogue) {
        return List.of();
    }

    /** Whether there is anything for it to do; as long as there is not, no query runs. */
    default boolean isNeeded(Catalogue catalogue) {
        return true;
    }

    /** How many rows of state it is meant to need at most, for /health to compare; empty: nobody said. */
    default Optional<Long> stateBudget() {
        return Optional.empty();
    }

    /** Where its state is best kept; elsewhere than in memory when it grows with what comes. */
    default StateStore bestStore() {
        return StateStore.MEMORY;
    }

    /** Where it keeps its state: what the driver's configuration says, else where that is best. */
    default StateStore stateStore(JobContext context) {
        return context.config().stateStore().orElse(bestStore());
    }

    /** Starts the query with its state where {@link #stateStore} says; otherwise as {@link #start}. */
    default StreamingQuery startStored(JobContext context) throws TimeoutException {
        return stateStore(context).start(context.spark(), () -> start(context));
    }

    /**
     * Starts the query and returns without waiting for its first batch. The query must be named {@link #name()}.
     *
     * @throws ConfigException when the driver's configuration lacks something that this job needs
     * @throws TimeoutException when Spark could not start the query in time
     */
    StreamingQuery start(JobContext context) throws TimeoutException;
}
