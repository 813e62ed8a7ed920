package io.millrace.spark.lake;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a Hudi table is stored, as Hudi's own settings. Each was chosen by measurement; see LAKE.md.
 *
 * <p>The tables are small and committed every few seconds, so what counts is the fixed cost of a commit. It comes from
 * requests to S3: without the metadata table and the timeline server a commit costs a third.
 */
final class TableLayout {
    private static final String TABLE_TYPE = "hoodie.datasource.write.table.type";
    private static final String OPERATION = "hoodie.datasource.write.operation";

    private final Map<String, String> settings = new TreeMap<>();

    private TableLayout(String table) {
        settings.put("hoodie.table.name", table);
        settings.put("hoodie.datasource.write.commitmeta.key.prefix", CommitNote.PREFIX);
        settings.put("hoodie.metadata.enable", "false");
        settings.put("hoodie.embed.timeline.server", "false");
        settings.put("hoodie.write.markers.type", "DIRECT");
        for (String step : List.of("insert", "upsert", "bulkinsert", "delete")) {
            settings.put("hoodie." + step + ".shuffle.parallelism", "2");
        }
        // The default, gzip, takes most of a compaction's time.
        settings.put("hoodie.parquet.compression.codec", "zstd");
        // A batch in an older schema leaves the columns that it does not know empty.
        settings.put("hoodie.write.set.null.for.missing.columns", "true");
        boundedGrowth();
    }

    /** Old file versions and old commits go away, but later than any query over them should take. */
    private void boundedGrowth() {
        settings.put("hoodie.clean.automatic", "true");
        settings.put("hoodie.clean.commits.retained", "60");
        settings.put("hoodie.clean.trigger.max.commits", "20");
        settings.put("hoodie.keep.min.commits", "70");
        settings.put("hoodie.keep.max.commits", "100");
    }

    /**
     * Rows that are written once: copy on write, bulk insert, small files put together now and then.
     *
     * @param partitionColumn the column whose value is the folder; null for one folder
     */
    static TableLayout append(String table, String partitionColumn) {
        TableLayout layout = new TableLayout(table);
        layout.settings.put(TABLE_TYPE, "COPY_ON_WRITE");
        layout.settings.put(OPERATION, "bulk_insert");
        layout.settings.put("hoodie.bulkinsert.sort.mode", "NONE");
        if (partitionColumn != null) {
            layout.settings.put("hoodie.datasource.write.partitionpath.field", partitionColumn);
            layout.settings.put("hoodie.datasource.write.hive_style_partitioning", "true");
        }
        layout.settings.put("hoodie.clustering.inline", "true");
        layout.settings.put("hoodie.clustering.inline.max.commits", "32");
        layout.settings.put("hoodie.clustering.plan.strategy.small.file.limit", Long.toString(32L << 20));
        layout.settings.put("hoodie.clustering.plan.strategy.target.file.max.bytes", Long.toString(128L << 20));
        layout.settings.put("hoodie.clustering.plan.strategy.single.group.clustering.enabled", "false");
        return layout;
    }

    /**
     * Rows with a key, of which the newest counts: merge on read in hash buckets, so that the cost of a batch does not
     * grow with the table.
     *
     * @param keys the key columns
     * @param ordering the column that grows from change to change; a row with a smaller one never replaces another
     * @param buckets number of files that the table is spread over; cannot be changed later
     */
    static TableLayout upsert(String table, List<String> keys, String ordering, int buckets) {
        TableLayout layout = new TableLayout(table);
        Map<String, String> settings = layout.settings;
        settings.put(TABLE_TYPE, "MERGE_ON_READ");
        settings.put(OPERATION, "upsert");
        settings.put("hoodie.datasource.write.keygenerator.class", "org.apache.hudi.keygen.NonpartitionedKeyGenerator");
        settings.put("hoodie.datasource.write.recordkey.field", String.join(",", keys));
        settings.put("hoodie.table.ordering.fields", ordering);
        settings.put("hoodie.write.record.merge.mode", "EVENT_TIME_ORDERING");
        // The batch holds one row per key already.
        settings.put("hoodie.combine.before.upsert", "false");
        settings.put("hoodie.index.type", "BUCKET");
        settings.put("hoodie.index.bucket.engine", "SIMPLE");
        settings.put("hoodie.bucket.index.num.buckets", Integer.toString(buckets));
        settings.put("hoodie.logfile.data.block.format", "parquet");
        settings.put("hoodie.datasource.compaction.async.enable", "false");
        settings.put("hoodie.compact.inline", "true");
        settings.put("hoodie.compact.inline.max.delta.commits", "24");
        return layout;
    }

    /** As before, and rows whose column has this value delete their key. */
    TableLayout deletingWhere(String column, String value) {
        settings.put("hoodie.payload.delete.field", column);
        settings.put("hoodie.payload.delete.marker", value);
        return this;
    }

    /** As before, with one of Hudi's settings changed. */
    TableLayout with(String key, String value) {
        settings.put(key, value);
        return this;
    }

    Map<String, String> settings() {
        return Map.copyOf(settings);
    }
}
