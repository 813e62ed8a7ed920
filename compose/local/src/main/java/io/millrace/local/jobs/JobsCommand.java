package io.millrace.local.jobs;

import picocli.CommandLine.Command;

/** {@code millrace jobs}. */
@Command(
        name = "jobs",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Declared jobs: folders of a YAML file and one SELECT in spark-jobs/jobs.",
        subcommands = {
            JobsNewCommand.class,
            JobsListCommand.class,
            JobsCheckCommand.class,
            JobsExplainCommand.class,
            JobsApplyCommand.class
        })
public final class JobsCommand {}
