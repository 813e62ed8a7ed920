package io.millrace.local.jobs;

import io.millrace.local.stack.Checkout;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace jobs new}. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        description = {
            "Begins an aggregate that counts events per minute: job.yaml and query.sql, the contract of its rows, their way into",
            "Elasticsearch, and a dashboard. It works as it is; edit what you need."
        })
final class JobsNewCommand implements Callable<Integer> {
    @Parameters(arity = "1", paramLabel = "JOB", description = "Its name: small letters, digits and _.")
    private String name;

    @Option(names = "--reads", required = true, paramLabel = "TOPIC", description = "Topic of the events.")
    private String reads;

    @Option(
            names = "--by",
            required = true,
            split = ",",
            paramLabel = "FIELD",
            description = "Fields that events are counted by.")
    private List<String> by;

    @Option(
            names = "--owner",
            paramLabel = "TEAM",
            defaultValue = "nobody yet",
            description = "The team that answers for it.")
    private String owner;

    @Override
    public Integer call() throws IOException {
        List<String> written = NewJob.create(Checkout.current().root(), name, reads, by, owner);
        written.forEach(file -> System.out.println("  " + file));
        System.out.println(
                "Next: ./millrace jobs check, ./millrace apply, ./millrace jobs apply; then look at the page with"
                        + " ?dashboard=" + name.replace('_', '-'));
        return 0;
    }
}
