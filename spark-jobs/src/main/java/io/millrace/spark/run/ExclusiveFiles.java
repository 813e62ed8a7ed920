package io.millrace.spark.run;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Small files of one folder, of which exactly one of several writers can create each. That is all that a lock or a plan made once needs, and
 * what S3, HDFS and a local disk can do alike.
 */
interface ExclusiveFiles {
    /** Creates a file; false when it exists, whoever made it. */
    boolean create(String name, String content) throws IOException;

    /** The content of a file; empty when there is none. */
    Optional<String> read(String name) throws IOException;

    /** The names of all files there are now. */
    List<String> list() throws IOException;

    /** Deletes a file; none is as good. */
    void delete(String name) throws IOException;
}
