package io.millrace.local.jobs;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code millrace jobs check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Says what is wrong with the declared jobs, without any server. Ends with 1 when something is.")
final class JobsCheckCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException, InterruptedException {
        return JobsTool.run("check");
    }
}
