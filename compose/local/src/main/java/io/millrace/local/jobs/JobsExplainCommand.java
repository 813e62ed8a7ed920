package io.millrace.local.jobs;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace jobs explain}. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "What a job reads, keeps and writes, and Spark's plan of it.")
final class JobsExplainCommand implements Callable<Integer> {
    @Parameters(arity = "1", paramLabel = "JOB", description = "Name of the job's folder.")
    private String job;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return JobsTool.run("explain", job);
    }
}
