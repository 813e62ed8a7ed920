package io.millrace.connect.configs.kubernetes;

import io.millrace.connect.configs.environment.Environment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Spark operator's {@code SparkApplication} for the drivers of job groups, and for jobs that run alone. */
final class SparkManifests {
    /** ConfigMap with {@code driver.properties}. */
    static final String CONFIG = "millrace-spark";
    /** Secret with the keys of the object store. */
    static final String SECRET = "millrace-spark";

    private static final String MOUNT = "/etc/millrace";
    private static final String JAR = "local:///opt/millrace/millrace-jobs.jar";
    private static final String SPARK = "3.5.7";
    private static final List<String> KEYS = List.of("MILLRACE_S3_ACCESS_KEY", "MILLRACE_S3_SECRET_KEY");

    private final Environment environment;
    private final ClusterOptions options;

    SparkManifests(Environment environment, ClusterOptions options) {
        this.environment = environment;
        this.options = options;
    }

    /** The configuration that all of them read; what depends on the cluster's object store is left to be filled in. */
    Map<String, Object> config() {
        String properties =
                "kafka.bootstrap.servers=" + environment.kafka().bootstrap().value() + "\n"
                        + "registry.url=" + options.registryUrl() + "/apis/ccompat/v7\n"
                        + "s3.endpoint=https://s3.example.com\n"
                        + "s3.access.key=${env:MILLRACE_S3_ACCESS_KEY}\n"
                        + "s3.secret.key=${env:MILLRACE_S3_SECRET_KEY}\n"
                        + "lake.path=s3a://millrace/lake\n"
                        + "checkpoint.path=s3a://millrace/checkpoints\n"
                        + "jobs.path=/opt/millrace/jobs\n"
                        + "geo.country.mmdb=/opt/millrace/geo/GeoLite2-City.mmdb\n"
                        + "control.host=0.0.0.0\n"
                        + "control.port=4040\n";
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("apiVersion", "v1");
        resource.put("kind", "ConfigMap");
        resource.put("metadata", Map.of("name", CONFIG));
        resource.put("data", Map.of("driver.properties", properties));
        return resource;
    }

    /** The driver that keeps a group of jobs running: serving or lake. */
    Map<String, Object> group(String group) {
        return application(
                "millrace-" + group,
                "io.millrace.spark.Driver",
                List.of("--config", MOUNT + "/driver.properties", "--group", group));
    }

    /** One declared job alone, for clusters in which each has a driver of its own. */
    Map<String, Object> job(String name) {
        return application(
                ResourceName.of("millrace-job-" + name),
                "io.millrace.spark.MillraceJobs",
                List.of("run", "--job", name, "--mode", "stream", "--config", MOUNT + "/driver.properties"));
    }

    private Map<String, Object> application(String name, String mainClass, List<String> arguments) {
        Map<String, Object> restart = new LinkedHashMap<>();
        restart.put("type", "Always");
        restart.put("onFailureRetryInterval", 10);
        restart.put("onSubmissionFailureRetryInterval", 30);
        Map<String, Object> driver = pod("1g");
        driver.put("serviceAccount", options.serviceAccount());
        Map<String, Object> executor = pod("1g");
        executor.put("instances", 1);

        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("type", "Java");
        spec.put("mode", "cluster");
        spec.put("sparkVersion", SPARK);
        spec.put("image", options.sparkImage());
        spec.put("mainClass", mainClass);
        spec.put("mainApplicationFile", JAR);
        spec.put("arguments", arguments);
        // The image has the jar at the same place everywhere, and on the class path from the beginning.
        spec.put(
                "sparkConf",
                Map.of(
                        "spark.driver.extraClassPath", "/opt/millrace/millrace-jobs.jar",
                        "spark.executor.extraClassPath", "/opt/millrace/millrace-jobs.jar"));
        spec.put("restartPolicy", restart);
        spec.put("volumes", List.of(Map.of("name", "config", "configMap", Map.of("name", CONFIG))));
        spec.put("driver", driver);
        spec.put("executor", executor);

        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("apiVersion", "sparkoperator.k8s.io/v1beta2");
        resource.put("kind", "SparkApplication");
        resource.put("metadata", Map.of("name", name));
        resource.put("spec", spec);
        return resource;
    }

    private static Map<String, Object> pod(String memory) {
        Map<String, Object> pod = new LinkedHashMap<>();
        pod.put("cores", 1);
        pod.put("memory", memory);
        pod.put("env", SecretReferences.env(KEYS, SECRET));
        pod.put("volumeMounts", List.of(Map.of("name", "config", "mountPath", MOUNT)));
        return pod;
    }
}
