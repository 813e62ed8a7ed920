package io.millrace.spark.lake;

import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hudi.common.model.HoodieCommitMetadata;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.table.timeline.HoodieTimeline;
import org.apache.hudi.common.table.timeline.TimelineUtils;
import org.apache.hudi.storage.hadoop.HadoopStorageConfiguration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * One Hudi table and how far it has come. Only one thread of one process may write a table, which is what lets it
 * remember the offsets of its last commit.
 */
final class LakeTable {
    private final SparkSession spark;
    private final String path;
    private final Configuration hadoop;
    /** What the newest note says; null while nobody has looked. */
    private Map<String, String> noted;

    LakeTable(SparkSession spark, String path) {
        this.spark = spark;
        this.path = path;
        this.hadoop = spark.sparkContext().hadoopConfiguration();
    }

    /** How far the table has come, by its own commits. */
    OffsetVector committed() {
        return remembered(CommitNote.OFFSETS).map(OffsetVector::parse).orElse(OffsetVector.NONE);
    }

    /** What else the newest note says under this name. */
    Optional<String> remembered(String name) {
        if (noted == null) {
            noted = lastNote();
        }
        return Optional.ofNullable(noted.get(name)).filter(text -> !text.isEmpty());
    }

    /** The rows as they are now, without Hudi's own columns; empty when there is no table yet. */
    Optional<Dataset<Row>> rows() {
        if (!exists(hadoop, path)) {
            return Optional.empty();
        }
        Dataset<Row> rows = spark.read().format("hudi").load(path);
        // Between its creation and its first commit a table has no columns.
        return rows.columns().length == 0 ? Optional.empty() : Optional.of(withoutHudis(rows));
    }

    /** The same rows without the columns that Hudi adds. */
    static Dataset<Row> withoutHudis(Dataset<Row> rows) {
        return rows.drop(Stream.of(rows.columns())
                .filter(column -> column.startsWith("_hoodie_"))
                .toArray(String[]::new));
    }

    /**
     * Writes rows as one commit.
     *
     * @param note what the commit says about itself; its offsets are what {@link #committed} answers from now on
     */
    void commit(Dataset<Row> rows, TableLayout layout, CommitNote note) {
        Map<String, String> entries = note.entries();
        rows.write()
                .format("hudi")
                .options(layout.settings())
                .options(entries)
                .mode(SaveMode.Append)
                .save(path);
        noted = entries;
    }

    /** Whether there is a Hudi table in this folder. */
    static boolean exists(Configuration hadoop, String path) {
        try {
            Path properties = new Path(path, ".hoodie/hoodie.properties");
            return properties.getFileSystem(hadoop).exists(properties);
        } catch (IOException e) {
            throw new IllegalStateException("cannot look for a Hudi table in " + path + ": " + e.getMessage(), e);
        }
    }

    private Map<String, String> lastNote() {
        if (!exists(hadoop, path)) {
            return Map.of();
        }
        HoodieTableMetaClient client = HoodieTableMetaClient.builder()
                .setConf(new HadoopStorageConfiguration(hadoop))
                .setBasePath(path)
                .build();
        HoodieTimeline commits = client.getCommitsTimeline().filterCompletedInstants();
        // Compaction and clustering are commits too, without a note: the newest note counts.
        Iterator<HoodieInstant> newestFirst =
                commits.getReverseOrderedInstants().iterator();
        while (newestFirst.hasNext()) {
            Map<String, String> entries = metadata(newestFirst.next(), commits).getExtraMetadata();
            String offsets = entries.get(CommitNote.OFFSETS);
            if (offsets != null && !offsets.isEmpty()) {
                return entries;
            }
        }
        return Map.of();
    }

    private HoodieCommitMetadata metadata(HoodieInstant instant, HoodieTimeline commits) {
        try {
            return TimelineUtils.getCommitMetadata(instant, commits);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read commit " + instant + " of " + path + ": " + e.getMessage(), e);
        }
    }
}
