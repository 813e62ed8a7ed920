package io.millrace.connect.configs;

/**
 * What a worker says about itself. Connect has no list of workers; a connector's status names the one it runs on.
 *
 * @param version version of Kafka Connect
 * @param commit the revision it was built from
 * @param clusterId id of the Kafka cluster that it works for
 */
public record WorkerInfo(String version, String commit, String clusterId) {}
