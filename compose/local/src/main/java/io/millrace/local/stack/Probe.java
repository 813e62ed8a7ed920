package io.millrace.local.stack;

/** Asks a service whether it can do its work. */
interface Probe {
    /**
     * One attempt, bounded in time.
     *
     * @throws Exception when the service is not healthy (yet); the message says why
     */
    void check() throws Exception;
}
