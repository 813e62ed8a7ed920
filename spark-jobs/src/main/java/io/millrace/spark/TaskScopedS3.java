package io.millrace.spark;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.impl.OpenFileParameters;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * S3A, where what a task opened keeps no connection beyond the task.
 *
 * <p>Hudi's readers of log files (1.2) leave streams open: two for each log file that a query merges, and each holds a
 * connection of S3A's pool until the process ends. The stream itself stays usable: should another task have got hold of
 * it, its next read takes a connection again.
 *
 * <p>Public because Hadoop creates it by name.
 */
public final class TaskScopedS3 extends S3AFileSystem {
    @Override
    public FSDataInputStream open(Path file, int bufferSize) throws IOException {
        return untilTheTaskEnds(super.open(file, bufferSize), TaskContext.get());
    }

    @Override
    public CompletableFuture<FSDataInputStream> openFileWithOptions(Path file, OpenFileParameters parameters)
            throws IOException {
        // Asked for here, as the file is opened by a thread of a pool.
        TaskContext task = TaskContext.get();
        return super.openFileWithOptions(file, parameters).thenApply(stream -> untilTheTaskEnds(stream, task));
    }

    /** @param task null outside of tasks, where a stream is left alone */
    private static FSDataInputStream untilTheTaskEnds(FSDataInputStream stream, TaskContext task) {
        if (task != null) {
            TaskCompletionListener giveBack = ended -> stream.unbuffer();
            task.addTaskCompletionListener(giveBack);
        }
        return stream;
    }
}
