package io.millrace.connect.configs.command;

import io.millrace.connect.configs.plan.PlanOptions;
import picocli.CommandLine.Option;

/** {@code --prune} and {@code --adopt}: how far a plan may go. */
final class ReachOptions {
    @Option(
            names = "--prune",
            description = "Remove connectors that an earlier apply made and no file declares any longer. Never others.")
    private boolean prune;

    @Option(
            names = "--adopt",
            description = "Take over connectors that have a declared name but were made by somebody else.")
    private boolean adopt;

    PlanOptions options() {
        return new PlanOptions(prune, adopt);
    }

    boolean isGiven() {
        return prune || adopt;
    }
}
