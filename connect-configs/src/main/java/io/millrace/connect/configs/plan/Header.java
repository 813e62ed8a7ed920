package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.environment.Environment;

/**
 * Where a plan was made, as it is printed; without secrets.
 *
 * @param environment name of the environment
 * @param connect address of the workers
 * @param workerVersion their version
 * @param plugins how many connector classes they have
 * @param kafka address of the brokers
 * @param brokers how many there are
 * @param registry address of the registry, or "none"
 */
public record Header(
        String environment,
        String connect,
        String workerVersion,
        int plugins,
        String kafka,
        int brokers,
        String registry) {

    /** The header of a plan. */
    public static Header of(Environment environment, String workerVersion, Live live) {
        return new Header(
                environment.name(),
                environment.connect().url().toString(),
                workerVersion,
                live.plugins().size(),
                environment.kafka().bootstrap().toString(),
                live.brokers(),
                environment.registry().map(access -> access.url().toString()).orElse("none"));
    }
}
