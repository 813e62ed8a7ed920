package io.millrace.spark.lake;

import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
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
    private final String path;
    private final Configuration hadoop;
    private OffsetVector committed;

    LakeTable(SparkSession spark, String path) {
        this.path = path;
        this.hadoop = spark.sparkContext().hadoopConfiguration();
    }

    /** How far the table has come, by its own commits. */
    OffsetVector committed() {
        if (committed == null) {
            committed = lastCommitted();
        }
        return committed;
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
        committed = note.offsets();
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

    private OffsetVector lastCommitted() {
        if (!exists(hadoop, path)) {
            return OffsetVector.NONE;
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
            String offsets = metadata(newestFirst.next(), commits).getMetadata(CommitNote.OFFSETS);
            if (offsets != null && !offsets.isEmpty()) {
                return OffsetVector.parse(offsets);
            }
        }
        return OffsetVector.NONE;
    }

    private HoodieCommitMetadata metadata(HoodieInstant instant, HoodieTimeline commits) {
        try {
            return TimelineUtils.getCommitMetadata(instant, commits);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read commit " + instant + " of " + path + ": " + e.getMessage(), e);
        }
    }
}
