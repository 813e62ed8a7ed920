package io.millrace.local.watch;

/** A way into the pipeline. Used by one thread. */
interface ProbeSource extends AutoCloseable {
    /** Name of the source in rows, metrics and tables. */
    String name();

    /**
     * Sends one probe and returns when it is accepted.
     *
     * @throws Exception when it was not, or nobody can say
     */
    void send(Ping ping) throws Exception;

    @Override
    void close();
}
