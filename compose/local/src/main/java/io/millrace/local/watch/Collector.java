package io.millrace.local.watch;

/** Reads numbers of one server. Used by one thread. */
interface Collector {
    /** Name of the server in {@code millrace_collector_up}. */
    String name();

    /**
     * Adds what the server says now.
     *
     * @throws Exception when it does not answer
     */
    void collect(PrometheusText text) throws Exception;
}
