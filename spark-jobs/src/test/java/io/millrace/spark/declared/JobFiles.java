package io.millrace.spark.declared;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;

/** A folder of declared jobs that a test writes, and contracts for them. */
final class JobFiles {
    static final String REQUEST = "{\"type\":\"record\",\"name\":\"Request\",\"namespace\":\"test\",\"fields\":["
            + "{\"name\":\"request_id\",\"type\":\"string\"},"
            + "{\"name\":\"at\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"default\":null},"
            + "{\"name\":\"service\",\"type\":\"string\"},"
            + "{\"name\":\"status\",\"type\":\"int\"},"
            + "{\"name\":\"millis\",\"type\":\"double\"}]}";
    static final String LOAD = "{\"type\":\"record\",\"name\":\"Load\",\"namespace\":\"test\",\"fields\":["
            + "{\"name\":\"service\",\"type\":\"string\"},"
            + "{\"name\":\"window_start\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},"
            + "{\"name\":\"requests\",\"type\":\"long\"},"
            + "{\"name\":\"slowest\",\"type\":[\"null\",\"double\"],\"default\":null},"
            + "{\"name\":\"region\",\"type\":\"string\",\"default\":\"all\"},"
            + "{\"name\":\"updated_at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}}]}";
    static final String COUNT =
            "SELECT service, window.start AS window_start, count(*) AS requests, max(millis) AS slowest"
                    + " FROM events GROUP BY service, window(at, '1 minute')";

    private final Path folder;

    JobFiles(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder() {
        return folder;
    }

    /** A job over {@code ops.requests} for {@code serving.load}. */
    void write(String name, String query, String... more) {
        write(
                name,
                """
                description: Requests per service and minute.
                owner: test
                source: {topic: ops.requests, watermark: 10m}
                sink: {topic: serving.load}
                """
                        + String.join("\n", more),
                query);
    }

    /** Both files at once, as a deployment puts a folder in its place. */
    void writeFiles(String name, String yaml, String query) {
        write(name, yaml, query);
    }

    private void write(String name, String yaml, String query) {
        Path staging = folder.resolveSibling("staging-" + name);
        try {
            Files.createDirectories(staging);
            Files.writeString(staging.resolve("job.yaml"), yaml);
            Files.writeString(staging.resolve("query.sql"), query);
            remove(name);
            Files.move(staging, folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(String name) {
        try {
            FileUtils.deleteDirectory(folder.resolve(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
