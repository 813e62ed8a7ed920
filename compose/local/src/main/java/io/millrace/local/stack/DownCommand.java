package io.millrace.local.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace down}. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stop a running stack, or what a killed one left, and check that no process remains.")
public final class DownCommand implements Callable<Integer> {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The stack's state folder (default: .millrace, and any ephemeral stack of this checkout).")
    private Path state;

    @Override
    public Integer call() throws InterruptedException {
        for (StackFolder folder : folders()) {
            new StackControl(folder, ProcessTable.system(), System.out).down();
        }
        return 0;
    }

    private List<StackFolder> folders() {
        if (state != null) {
            return List.of(new StackFolder(state));
        }
        Checkout checkout = Checkout.current();
        List<StackFolder> folders = new ArrayList<>(List.of(new StackFolder(checkout.defaultState())));
        folders.addAll(EphemeralFolders.all(checkout));
        return folders;
    }
}
