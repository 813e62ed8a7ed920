package io.millrace.spark.declared;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** Where a query keeps its state. Spark takes that from the session at the moment when the query starts. */
final class StateStores {
    private static final String STORES = "spark.sql.streaming.stateStore.";
    private static final Map<String, String> ROCKSDB = Map.of(
            STORES + "providerClass",
            "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",
            // Only what changed goes into the checkpoint with each batch.
            STORES + "rocksdb.changelogCheckpointing.enabled",
            "true");

    private StateStores() {}

    /** Starts a query. */
    interface Start {
        StreamingQuery start() throws TimeoutException;
    }

    /**
     * Starts a query with a store; the session is as it was afterwards. A query that has a checkpoint keeps the store that
     * it began with.
     */
    static StreamingQuery with(SparkSession spark, StateBudget.Store store, Start start) throws TimeoutException {
        if (store == StateBudget.Store.MEMORY) {
            return start.start();
        }
        Map<String, String> before = new TreeMap<>();
        ROCKSDB.forEach((key, value) -> {
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
