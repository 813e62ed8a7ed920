package io.millrace.connect.file;

import java.io.IOException;

/** Tells content that nobody can read from a store that cannot be read now. */
final class Broken {
    private Broken() {}

    /** Something that reads content. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    /**
     * Reads.
     *
     * @throws StoreException as it is, even if a library has wrapped it
     * @throws BrokenObject for every other failure, and for sizes that memory is too small for: it is the content's
     */
    static <T> T guard(Reading<T> reading) throws IOException, BrokenObject {
        try {
            return reading.read();
        } catch (IOException | RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof StoreException store) {
                    throw store;
                }
            }
            throw new BrokenObject(reason(e));
        } catch (OutOfMemoryError e) {
            // Avro and Parquet believe the sizes that a file states, and a damaged one can state two gigabytes. The one
            // allocation that failed is given up with the object; the worker and its other tasks go on.
            throw new BrokenObject("it states a size that does not fit into memory");
        }
    }

    private static String reason(Throwable e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse(message);
    }
}
