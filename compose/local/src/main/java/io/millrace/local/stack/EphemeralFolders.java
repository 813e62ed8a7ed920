package io.millrace.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * State folders that live as long as their stack. They are kept under the checkout's own state folder, so that the next
 * command finds and removes those whose supervisor was killed.
 */
final class EphemeralFolders {
    private EphemeralFolders() {}

    static StackFolder choose(StackOptions options, Checkout checkout) throws InterruptedException {
        Path parent = parent(checkout);
        removeAbandoned(parent);
        if (!options.ephemeral()) {
            return new StackFolder(options.state().orElse(checkout.defaultState()));
        }
        try {
            Files.createDirectories(parent);
            return new StackFolder(parent.resolve(
                    ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), Character.MAX_RADIX)));
        } catch (IOException e) {
            throw new StackException("cannot create " + parent + ": " + e.getMessage(), e);
        }
    }

    /** Those of stacks that run now. */
    static List<StackFolder> all(Checkout checkout) {
        Path parent = parent(checkout);
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(parent)) {
            return folders.filter(Files::isDirectory).map(StackFolder::new).toList();
        } catch (IOException e) {
            throw new StackException("cannot list " + parent + ": " + e.getMessage(), e);
        }
    }

    private static Path parent(Checkout checkout) {
        return checkout.ownFolder().resolve("ephemeral");
    }

    private static void removeAbandoned(Path parent) throws InterruptedException {
        if (!Files.isDirectory(parent)) {
            return;
        }
        List<Path> folders;
        try (Stream<Path> entries = Files.list(parent)) {
            folders = entries.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new StackException("cannot list " + parent + ": " + e.getMessage(), e);
        }
        for (Path folder : folders) {
            StackFolder state = new StackFolder(folder);
            Optional<StackLock> lock = Files.exists(state.lock()) ? StackLock.tryTake(state) : Optional.empty();
            if (lock.isPresent()) {
                try (StackLock held = lock.get()) {
                    new Leftovers(state, ProcessTable.system()).clean();
                    StackFolder.delete(folder);
                }
            }
        }
    }
}
