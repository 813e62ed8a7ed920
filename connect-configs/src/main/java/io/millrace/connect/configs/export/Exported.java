package io.millrace.connect.configs.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Files in the making, and what the reader has to know about them. Not safe for several threads. */
final class Exported {
    private final Map<Path, String> files = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param path relative to the folder of the export */
    void file(Path path, String content) {
        files.put(path, content.endsWith("\n") ? content : content + "\n");
    }

    void warn(String sentence) {
        warnings.add(sentence);
    }

    Map<Path, String> files() {
        return Collections.unmodifiableMap(files);
    }

    List<String> warnings() {
        return Collections.unmodifiableList(warnings);
    }

    /** The name of an environment variable for a secret. */
    static String variable(String... parts) {
        return String.join("_", parts).toUpperCase(java.util.Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
    }
}
