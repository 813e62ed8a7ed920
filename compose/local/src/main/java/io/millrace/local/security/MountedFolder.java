package io.millrace.local.security;

import io.millrace.local.stack.StackFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What one container finds in {@value #PLACE}. Containers run as users of their own, so whoever can reach these files may
 * read them; on this machine that is the owner of the folder above alone.
 *
 * @param root its place on this machine
 */
record MountedFolder(Path root) {
    static final String PLACE = "/run/secrets";
    /** The folder as the container sees it: laid out like a stack's state folder. */
    static final StackFolder SEEN = new StackFolder(Path.of(PLACE));

    /** @param seen path in the container */
    void put(Path seen, byte[] content) throws IOException {
        Path file = root.resolve(SEEN.root().relativize(seen));
        Files.createDirectories(file.getParent());
        for (Path folder = file.getParent(); folder.startsWith(root); folder = folder.getParent()) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path partial = file.resolveSibling("." + file.getFileName());
        Files.write(partial, content);
        Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    void put(Path seen, String text) throws IOException {
        put(seen, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param name name of a file at the top */
    void put(String name, String text) throws IOException {
        put(SEEN.root().resolve(name), text);
    }

    /** Copies what lies at the same place of a state folder. */
    void copy(StackFolder from, Path seen) throws IOException {
        put(seen, Files.readAllBytes(from.root().resolve(SEEN.root().relativize(seen))));
    }
}
