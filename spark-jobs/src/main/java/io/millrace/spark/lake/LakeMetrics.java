package io.millrace.spark.lake;

import io.millrace.spark.JobContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.HoodieActiveTimeline;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.table.timeline.HoodieInstantTimeGenerator;
import org.apache.hudi.common.table.timeline.HoodieTimeline;
import org.apache.hudi.storage.hadoop.HadoopStorageConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the timelines of the lake's tables say, as text for Prometheus. Looking costs a few listings per table, so an answer
 * is kept for a while. Safe for use by several threads.
 */
public final class LakeMetrics {
    private static final Logger log = LoggerFactory.getLogger(LakeMetrics.class);
    private static final Duration KEPT = Duration.ofSeconds(20);

    /** One table's timeline; times in epoch seconds, not a number when there is none. */
    private record Timeline(
            double lastCommit, int commits, int compactions, int clusterings, int rollbacks, int cleans) {}

    private final Configuration hadoop;
    private final Path lake;
    private final Clock clock;
    private Instant looked = Instant.MIN;
    private String text = "";

    public LakeMetrics(JobContext context) {
        this.hadoop = context.spark().sparkContext().hadoopConfiguration();
        this.lake = new Path(context.config().require("lake.path"));
        this.clock = context.clock();
    }

    /** All metrics; the newest ones that could be read while the store is away. */
    public synchronized String text() {
        Instant now = clock.instant();
        if (looked.equals(Instant.MIN) || Duration.between(looked, now).compareTo(KEPT) > 0) {
            try {
                text = text(timelines(), now);
            } catch (IOException | RuntimeException e) {
                log.warn("the lake's timelines could not be read: {}", e.getMessage());
            }
            looked = now;
        }
        return text;
    }

    private Map<String, Timeline> timelines() throws IOException {
        Map<String, Timeline> tables = new TreeMap<>();
        FileStatus[] folders;
        try {
            folders = lake.getFileSystem(hadoop).listStatus(lake);
        } catch (FileNotFoundException e) {
            return tables;
        }
        for (FileStatus folder : folders) {
            String path = folder.getPath().toString();
            if (folder.isDirectory() && LakeTable.exists(hadoop, path)) {
                tables.put(folder.getPath().getName(), timeline(path));
            }
        }
        return tables;
    }

    private Timeline timeline(String path) {
        HoodieActiveTimeline timeline = HoodieTableMetaClient.builder()
                .setConf(new HadoopStorageConfiguration(hadoop))
                .setBasePath(path)
                .build()
                .getActiveTimeline();
        HoodieTimeline commits = timeline.getCommitsTimeline().filterCompletedInstants();
        return new Timeline(
                commits.lastInstant().map(LakeMetrics::seconds).orElse(Double.NaN),
                commits.countInstants(),
                timeline.filterPendingCompactionTimeline().countInstants(),
                timeline.filterPendingClusteringTimeline().countInstants(),
                timeline.getRollbackTimeline().countInstants(),
                timeline.getCleanerTimeline().filterCompletedInstants().countInstants());
    }

    private static double seconds(HoodieInstant instant) {
        try {
            return HoodieInstantTimeGenerator.parseDateFromInstantTime(instant.requestedTime())
                            .getTime()
                    / 1e3;
        } catch (ParseException e) {
            return Double.NaN;
        }
    }

    private static String text(Map<String, Timeline> tables, Instant now) {
        StringBuilder text = new StringBuilder();
        gauge(
                text,
                "last_commit_timestamp_seconds",
                "When the newest completed commit was begun.",
                tables,
                Timeline::lastCommit);
        gauge(text, "commits", "Completed commits in the active timeline.", tables, Timeline::commits);
        gauge(text, "pending_compactions", "Compactions that are planned or run.", tables, Timeline::compactions);
        gauge(text, "pending_clusterings", "Clusterings that are planned or run.", tables, Timeline::clusterings);
        gauge(text, "rollbacks", "Rollbacks in the active timeline.", tables, Timeline::rollbacks);
        gauge(text, "cleans", "Cleanings in the active timeline.", tables, Timeline::cleans);
        text.append("# HELP millrace_hudi_looked_timestamp_seconds When the timelines were read.\n")
                .append("# TYPE millrace_hudi_looked_timestamp_seconds gauge\n")
                .append("millrace_hudi_looked_timestamp_seconds ")
                .append(now.getEpochSecond())
                .append('\n');
        return text.toString();
    }

    private static void gauge(
            StringBuilder text,
            String name,
            String help,
            Map<String, Timeline> tables,
            java.util.function.ToDoubleFunction<Timeline> value) {
        text.append("# HELP millrace_hudi_")
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        text.append("# TYPE millrace_hudi_").append(name).append(" gauge\n");
        tables.forEach((table, timeline) -> {
            double number = value.applyAsDouble(timeline);
            if (!Double.isNaN(number)) {
                text.append("millrace_hudi_")
                        .append(name)
                        .append("{table=\"")
                        .append(table)
                        .append("\"} ")
                        .append(String.format(Locale.ROOT, number == Math.rint(number) ? "%.0f" : "%.3f", number))
                        .append('\n');
            }
        });
    }
}
