package io.millrace.local.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A stack's own copy of what the checkout's build made. A JVM that has a jar open fails in odd ways when the jar is
 * replaced, and a stack may be up while somebody builds or tests in the same checkout. Jars of the Maven repository never
 * change and are used where they are.
 */
final class BuildCopy {
    private final Checkout checkout;
    private final Path folder;

    /** @param folder emptied now; must not be in use */
    BuildCopy(Checkout checkout, Path folder) {
        this.checkout = checkout;
        this.folder = folder;
        StackFolder.delete(folder);
    }

    /** The class path with its entries from the checkout copied into a folder of this name. */
    String classPath(String name, String classPath) {
        List<String> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            entries.add(path.startsWith(checkout.root()) ? copy(path, name).toString() : entry);
        }
        return String.join(File.pathSeparator, entries);
    }

    /** A folder with a copy of every plugin folder. */
    Path plugins() {
        for (Path plugins : checkout.pluginFolders()) {
            try (Stream<Path> each = Files.list(plugins)) {
                each.forEach(plugin -> copy(plugin, "plugins"));
            } catch (IOException e) {
                throw new StackException("cannot list " + plugins + ": " + e.getMessage(), e);
            }
        }
        return folder.resolve("plugins");
    }

    private Path copy(Path source, String name) {
        Path target = folder.resolve(name).resolve(source.getFileName());
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path to = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to);
                }
            }
        } catch (IOException e) {
            throw new StackException("cannot copy " + source + " to " + target + ": " + e, e);
        }
        return target;
    }
}
