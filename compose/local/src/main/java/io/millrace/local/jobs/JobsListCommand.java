package io.millrace.local.jobs;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code millrace jobs list}. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "The declared jobs, a line each.")
final class JobsListCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException, InterruptedException {
        return JobsTool.run("list");
    }
}
