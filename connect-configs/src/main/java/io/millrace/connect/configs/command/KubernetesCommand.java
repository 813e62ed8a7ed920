package io.millrace.connect.configs.command;

import io.millrace.connect.configs.DeclaredConnectors;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.EnvironmentConnectors;
import io.millrace.connect.configs.environment.RegistryAccess;
import io.millrace.connect.configs.kubernetes.ClusterOptions;
import io.millrace.connect.configs.kubernetes.KubernetesManifests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace kubernetes}. */
@Command(
        name = "kubernetes",
        mixinStandardHelpOptions = true,
        description =
                "Write the manifests that run what is declared on Kubernetes: KafkaConnect and KafkaConnector for Strimzi,"
                        + " SparkApplication for the Spark operator. Nothing is asked and nothing applied. Secrets stay"
                        + " references, to keys of the Secrets millrace-connect and millrace-spark.")
final class KubernetesCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Mixin
    private DeclaredOptions declared;

    @Option(
            names = "--connect-image",
            paramLabel = "IMAGE",
            defaultValue = "millrace/connect:latest",
            description = "Image of the workers (default: ${DEFAULT-VALUE}).")
    private String connectImage;

    @Option(
            names = "--spark-image",
            paramLabel = "IMAGE",
            defaultValue = "millrace/spark:latest",
            description = "Image of the jobs (default: ${DEFAULT-VALUE}).")
    private String sparkImage;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many Connect workers (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Option(
            names = "--service-account",
            paramLabel = "NAME",
            defaultValue = "spark",
            description = "Account under which a Spark driver makes executors (default: ${DEFAULT-VALUE}).")
    private String serviceAccount;

    @Option(
            names = "--jobs",
            paramLabel = "DIR",
            description = "Give each declared job in this folder an application of its own.")
    private Path jobs;

    @Option(names = "--out", paramLabel = "FILE", description = "Write here (default: standard output).")
    private Path file;

    KubernetesCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() throws Exception {
        Environment meant = environment.environment(defaults);
        List<Map<String, Object>> manifests = KubernetesManifests.of(
                meant,
                EnvironmentConnectors.resolve(DeclaredConnectors.read(declared.connectors(defaults)), meant),
                Optional.ofNullable(jobs),
                new ClusterOptions(connectImage, sparkImage, workers, serviceAccount, registry(meant)));
        String text = yaml(manifests);
        if (file == null) {
            out().print(text);
        } else {
            Files.writeString(file, text);
            out().println(manifests.size() + " manifests in " + file);
        }
        return DONE;
    }

    /** Without the path of the registry's Confluent interface. */
    private static String registry(Environment environment) {
        return environment
                .registry()
                .map(RegistryAccess::url)
                .map(url -> url.value().replaceFirst("/apis/.*", ""))
                .orElse("http://registry:8080");
    }

    private static String yaml(List<Map<String, Object>> manifests) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        options.setExplicitStart(true);
        return new Yaml(options).dumpAll(manifests.iterator());
    }
}
