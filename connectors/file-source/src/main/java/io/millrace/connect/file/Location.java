package io.millrace.connect.file;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;

/** Where the files are. */
sealed interface Location {

    /** A folder. */
    record Folder(Path path) implements Location {}

    /** A part of a bucket. @param prefix of the keys; empty, or ends with a slash */
    record Bucket(String name, String prefix) implements Location {}

    /** @throws ConfigException when it is neither a folder's absolute path nor an S3 URI */
    static Location parse(String key, String text) {
        if (text == null || text.isBlank()) {
            throw new ConfigException(key, text, "It must not be empty");
        }
        if (text.startsWith("s3://")) {
            String rest = text.substring("s3://".length());
            int slash = rest.indexOf('/');
            String bucket = slash < 0 ? rest : rest.substring(0, slash);
            String prefix = slash < 0 ? "" : rest.substring(slash + 1);
            if (bucket.isEmpty()) {
                throw new ConfigException(key, text, "Use s3://bucket/prefix/");
            }
            return new Bucket(bucket, prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
        }
        if (text.contains("://")) {
            throw new ConfigException(key, text, "There are folders, by their absolute path, and s3://bucket/prefix/");
        }
        try {
            Path path = Path.of(text);
            if (!path.isAbsolute()) {
                throw new ConfigException(key, text, "The path of a folder must be absolute");
            }
            return new Folder(path.normalize());
        } catch (InvalidPathException malformed) {
            throw new ConfigException(key, text, malformed.getReason());
        }
    }
}
