package io.millrace.local.client;

import io.millrace.local.stack.Checkout;
import io.millrace.local.stack.StackException;
import io.millrace.local.stack.StackFolder;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which stack a command means. */
public final class StackOption {
    @Option(names = "--state", paramLabel = "DIR", description = "The stack's state folder (default: .millrace).")
    private Path state;

    @Option(
            names = "--compose",
            paramLabel = "DIR",
            description = "The folder of a compose stack that runs on this machine (compose.yaml, .env), instead.")
    private Path compose;

    /** The state folder that was named; empty for the checkout's own. */
    public Optional<Path> state() {
        return Optional.ofNullable(state);
    }

    /** The stack that runs there. */
    public Optional<RunningStack> find() {
        if (compose != null) {
            return Optional.of(ComposeFolder.stack(compose));
        }
        return RunningStack.find(folder());
    }

    /**
     * The stack that runs there.
     *
     * @throws StackException when none does
     */
    public RunningStack require() {
        return find().orElseThrow(() -> new StackException("no stack runs in " + folder().root()
                + "; start one with ./millrace up, or name another with --state"));
    }

    private StackFolder folder() {
        return new StackFolder(state == null ? Checkout.current().defaultState() : state);
    }
}
