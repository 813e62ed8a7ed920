package io.millrace.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** Where a query keeps its state between batches; the checkpoint has it in either case. */
public enum StateStore {
    /** On the heap: the fastest while it is small, and gone with the heap when it is not. */
    MEMORY(Map.of()),
    /** On the disk of whoever runs the tasks. */
    ROCKSDB(Map.of(
            Settings.STORES + "providerClass",
            "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",
            // Only what changed goes into the checkpoint with each batch.
            Settings.STORES + "rocksdb.changelogCheckpointing.enabled",
            "true",
            // Each partition of each state has buffers of its own outside the heap, by default of 64 MB and more. A
            // bound on
            // all of them together is no help: Spark's is strict, and a query that meets it fails.
            Settings.STORES + "rocksdb.writeBufferSizeMB",
            "8",
            Settings.STORES + "rocksdb.maxWriteBufferNumber",
            "2"));

    /** An enum's constants cannot refer to a constant of the enum itself. */
    private static final class Settings {
        static final String STORES = "spark.sql.streaming.stateStore.";
    }

    private final Map<String, String> settings;

    StateStore(Map<String, String> settings) {
        this.settings = settings;
    }

    /** Starts a query. */
    public interface Start {
        StreamingQuery start() throws TimeoutException;
    }

    /** As it is written in files. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static List<String> labels() {
        return Arrays.stream(values()).map(StateStore::label).toList();
    }

    public static Optional<StateStore> of(String label) {
        return Arrays.stream(values())
                .filter(store -> store.label().equals(label))
                .findFirst();
    }

    /**
     * Starts a query whose state is here. Spark takes that from the session at the moment when the query starts, so no other
     * thread may start one in the same session; the session is as it was afterwards. A query that has a checkpoint keeps the
     * store that it began with.
     */
    public StreamingQuery start(SparkSession spark, Start start) throws TimeoutException {
        Map<String, String> before = new TreeMap<>();
        settings.forEach((key, value) -> {
            before.put(key, spark.conf().get(key, null));
            spark.conf().set(key, value);
        });
        try {
            return start.start();
        } finally {
            before.forEach((key, value) -> {
                if (value == null) {
                    spark.conf().unset(key);
                } else {
                    spark.conf().set(key, value);
                }
            });
        }
    }
}
