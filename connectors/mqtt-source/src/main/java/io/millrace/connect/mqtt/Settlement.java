package io.millrace.connect.mqtt;

import java.util.ArrayList;
import java.util.List;

/**
 * Settles messages whose records an exactly-once worker has dropped. It reports them only with the next transaction, and
 * has none to commit when it dropped every record; a broker that waits for acknowledgements would then send nothing more.
 *
 * <p>With a transaction for each poll, everything of a poll is done with when the next one begins. With transactions by
 * time, everything that was fetched before the latest poll is done with when the worker commits. Without transactions the
 * worker reports each dropped record at once. Used by the task's thread, on which such a worker also commits.
 */
abstract class Settlement {

    /** The worker begins a poll: it has dispatched all records of the one before. */
    abstract void polled();

    /** What the poll has fetched. */
    abstract void fetched(List<InFlight> batch);

    /** The worker has committed a transaction, or found that there was none to commit. */
    abstract void committed();

    /** For a worker without transactions, and while nothing has been fetched. */
    static Settlement none() {
        return new Reported();
    }

    static Settlement of(MqttSourceConfig config) {
        if (!config.exactlyOnce()) {
            return none();
        }
        return config.transactionPerPoll() ? new ByPoll() : new ByCommit();
    }

    private static final class Reported extends Settlement {
        @Override
        void polled() {
            // Each record is reported.
        }

        @Override
        void fetched(List<InFlight> batch) {
            // Each record is reported.
        }

        @Override
        void committed() {
            // Runs on another thread, and says nothing about records that are on their way.
        }
    }

    private static final class ByPoll extends Settlement {
        private List<InFlight> latest = List.of();

        @Override
        void polled() {
            latest.forEach(InFlight::settle);
            latest = List.of();
        }

        @Override
        void fetched(List<InFlight> batch) {
            latest = batch;
        }

        @Override
        void committed() {
            // The next poll comes after this.
        }
    }

    private static final class ByCommit extends Settlement {
        private final List<InFlight> dispatched = new ArrayList<>();
        private List<InFlight> latest = List.of();

        @Override
        void polled() {
            dispatched.addAll(latest);
            latest = List.of();
        }

        @Override
        void fetched(List<InFlight> batch) {
            latest = batch;
        }

        @Override
        void committed() {
            dispatched.forEach(InFlight::settle);
            dispatched.clear();
        }
    }
}
