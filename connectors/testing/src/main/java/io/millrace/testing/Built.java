package io.millrace.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build has put what the servers run on. */
public final class Built {
    private Built() {}

    /** Class path of broker and worker, as the product ships it. */
    public static String kafkaClassPath() {
        try {
            return Files.readString(checkout().resolve("compose/runtimes/kafka/target/runtime.classpath"))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param name of the archive, as in {@code compose/runtimes/servers/pom.xml} */
    public static Path archive(String name) {
        return checkout().resolve("compose/runtimes/servers/target/archives").resolve(name);
    }

    /** The folder that holds a connector's plugin directory. @param connector name of its folder */
    public static Path plugin(String connector) {
        return checkout().resolve("connectors").resolve(connector).resolve("target/plugin");
    }

    /** The checkout that {@code millrace.home} names, as the launcher sets it, or that the current folder lies in. */
    public static Path checkout() {
        String home = System.getProperty("millrace.home");
        if (home != null) {
            return Path.of(home);
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw"))) {
                return folder;
            }
        }
        throw new IllegalStateException("the current folder is not inside a checkout of Millrace");
    }
}
