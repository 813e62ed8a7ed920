package io.millrace.connect.configs.kubernetes;

/**
 * What the declared files do not say about a Kubernetes cluster.
 *
 * @param connectImage image of the workers
 * @param sparkImage image of the jobs
 * @param workers how many workers
 * @param serviceAccount under which a Spark driver makes its executors
 * @param registryUrl base URL of the schema registry, without a path
 */
public record ClusterOptions(
        String connectImage, String sparkImage, int workers, String serviceAccount, String registryUrl) {}
