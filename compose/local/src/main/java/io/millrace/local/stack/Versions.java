package io.millrace.local.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/** The versions of the servers and Spark's JDK options, as the parent pom gives them. */
public final class Versions {
    private final Properties values = new Properties();

    public Versions() {
        try (InputStream in = Versions.class.getResourceAsStream("/io/millrace/local/versions.properties")) {
            values.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The version of a part; null when it is not known. */
    public String of(String server) {
        return values.getProperty(server);
    }

    /** What a JVM with Spark in it has to be started with. */
    public List<String> sparkJavaOptions() {
        return List.of(values.getProperty("spark.java.options").strip().split("\\s+"));
    }
}
