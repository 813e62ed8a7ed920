package io.millrace.spark.faults;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.execution.streaming.CheckpointFileManager.CancellableFSDataOutputStream;
import org.apache.spark.sql.execution.streaming.FileContextBasedCheckpointFileManager;

/**
 * Spark's checkpoint files, in which a process drops dead at a chosen moment, as by kill -9: no shutdown hook runs, nothing
 * is flushed. The system property {@code millrace.test.halt} names the moment: {@code before} or {@code after}, a colon,
 * and a pattern of the file, such as {@code after:.*}{@code /offsets/3}.
 */
public final class HaltingCheckpointFiles extends FileContextBasedCheckpointFileManager {
    static final int DEAD = 137;
    private static final String MOMENT = System.getProperty("millrace.test.halt", ":");

    public HaltingCheckpointFiles(Path path, Configuration hadoop) {
        super(path, hadoop);
    }

    @Override
    public CancellableFSDataOutputStream createAtomic(Path path, boolean overwrite) {
        haltAt("before", path);
        CancellableFSDataOutputStream file = super.createAtomic(path, overwrite);
        return new CancellableFSDataOutputStream(file) {
            @Override
            public void cancel() {
                file.cancel();
            }

            @Override
            public void close() throws IOException {
                file.close();
                haltAt("after", path);
            }
        };
    }

    private static void haltAt(String when, Path path) {
        int colon = MOMENT.indexOf(':');
        if (MOMENT.substring(0, colon).equals(when) && path.toString().matches(MOMENT.substring(colon + 1))) {
            Runtime.getRuntime().halt(DEAD);
        }
    }
}
