package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeMetricsIT {
    @TempDir
    Path folder;

    @Test
    void aTablesCommitsAndTheCompactionsThatNobodyRunsAreTold() throws IOException {
        Lake lake = new Lake(folder);
        Captured things =
                new Captured(lake::id, "cdc.shop.public.things", 1, "id", Captured.LONG, "name", Captured.TEXT);
        lake.mirror().apply(lake.batch(List.of(things.change(0, 1, "c", 1L, "one"))), "m/0");
        neglected(folder.resolve("lake"));

        assertThat(new LakeMetrics(lake.context()).text())
                .contains(
                        "millrace_hudi_commits{table=\"shop_things\"} 1\n",
                        "millrace_hudi_pending_compactions{table=\"shop_things\"} 0\n",
                        "millrace_hudi_pending_compactions{table=\"by_hand\"} 5\n");
    }

    private static void neglected(Path lake) throws IOException {
        Path timeline = Files.createDirectories(lake.resolve("by_hand/.hoodie/timeline"));
        for (int i = 0; i < 5; i++) {
            Files.createFile(timeline.resolve("2026010100000" + i + "000.compaction.requested"));
        }
        Files.copy(
                lake.resolve("shop_things/.hoodie/hoodie.properties"),
                lake.resolve("by_hand/.hoodie/hoodie.properties"));
    }
}
