package io.millrace.connect.configs.kubernetes;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.environment.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All manifests of an environment, made from the declared files alone; nothing is asked. */
public final class KubernetesManifests {
    private KubernetesManifests() {}

    /**
     * The manifests, in the order in which they may be applied.
     *
     * @param connectors as the environment wants them
     * @param jobs folder of declared jobs; empty: none runs alone
     * @throws DeclarationException when something cannot be said to Kubernetes
     */
    public static List<Map<String, Object>> of(
            Environment environment, List<DeclaredConnector> connectors, Optional<Path> jobs, ClusterOptions options) {
        ConnectManifests connect = new ConnectManifests(environment, options);
        SparkManifests spark = new SparkManifests(environment, options);
        List<Map<String, Object>> all = new ArrayList<>();
        all.add(connect.workers(connectors));
        connectors.forEach(connector -> all.add(connect.connector(connector)));
        all.add(spark.config());
        all.add(spark.group("serving"));
        all.add(spark.group("lake"));
        jobs.ifPresent(folder -> names(folder).forEach(job -> all.add(spark.job(job))));
        return all;
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.exists(entry.resolve("job.yaml")))
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DeclarationException("cannot list the jobs in " + folder + ": " + e.getMessage());
        }
    }
}
