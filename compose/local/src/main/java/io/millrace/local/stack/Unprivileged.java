package io.millrace.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How servers that refuse to run as root are started: PostgreSQL and Elasticsearch do. */
enum Unprivileged {
    /** We are not root, so nothing has to be done. */
    AS_IS,
    /** A user namespace of its own, in which we are nobody: files stay ours. */
    USER_NAMESPACE,
    /** A real change of user, where the kernel allows no namespaces: the data has to belong to that user. */
    NOBODY;

    /** We are mapped to a user that exists there, because a JVM gives its attach socket to its own user. */
    private static final List<String> NAMESPACE = List.of("unshare", "-U", "--map-user=65534", "--map-group=65534");

    private static final List<String> CHANGE_OF_USER =
            List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");

    static final String FORCE_PROPERTY = "millrace.unprivileged";

    static Unprivileged detect() {
        String forced = System.getProperty(FORCE_PROPERTY);
        if (forced != null) {
            return valueOf(forced);
        }
        if (!isRoot()) {
            return AS_IS;
        }
        if (Commands.succeeds(with(NAMESPACE, "true"))) {
            return USER_NAMESPACE;
        }
        if (Commands.succeeds(with(CHANGE_OF_USER, "true"))) {
            return NOBODY;
        }
        throw new StackException(
                "PostgreSQL and Elasticsearch refuse to run as root, and neither unshare -U nor setpriv"
                        + " works here; start the stack as an ordinary user");
    }

    private static boolean isRoot() {
        try {
            return Files.readString(Path.of("/proc/self/status"))
                    .lines()
                    .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
        } catch (IOException e) {
            return false;
        }
    }

    List<String> command(List<String> command) {
        return switch (this) {
            case AS_IS -> command;
            case USER_NAMESPACE -> with(NAMESPACE, command.toArray(String[]::new));
            case NOBODY -> with(CHANGE_OF_USER, command.toArray(String[]::new));
        };
    }

    private static List<String> with(List<String> prefix, String... command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        return whole;
    }

    /** Gives folders, created where missing, to the user that the server will run as. */
    void own(Path... folders) throws IOException {
        for (Path folder : folders) {
            Files.createDirectories(folder);
            if (this == NOBODY) {
                requireReachable(folder);
                UserPrincipal nobody =
                        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.toList()) {
                        Files.getFileAttributeView(
                                        file, PosixFileAttributeView.class, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                                .setOwner(nobody);
                    }
                }
            }
        }
    }

    private static void requireReachable(Path folder) throws IOException {
        for (Path parent = folder.getParent(); parent != null; parent = parent.getParent()) {
            if (!Files.getPosixFilePermissions(parent).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                throw new StackException(
                        "user nobody cannot enter " + parent + ", so PostgreSQL and Elasticsearch cannot" + " run from "
                                + folder + "; chmod o+x " + parent + " or start as an ordinary user");
            }
        }
    }
}
