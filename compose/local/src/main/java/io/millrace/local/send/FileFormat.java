package io.millrace.local.send;

import java.io.IOException;
import java.io.InputStream;

/** What the lines of a file are; the names are those of the command line. */
public enum FileFormat {
    combined,
    ndjson;

    /** Reads lines of this kind; not shared between threads. */
    public LineFormat lines() {
        return this == ndjson ? new NdjsonFormat() : new CombinedFormat();
    }

    /** Goes by the file's first character that is not a space: objects begin with a brace, log lines never do. */
    public static FileFormat of(SourceFile file) throws IOException {
        try (InputStream in = file.open(count -> {})) {
            int first = in.read();
            while (first == ' ' || first == '\t' || first == '\r' || first == '\n') {
                first = in.read();
            }
            return first == '{' ? ndjson : combined;
        }
    }
}
