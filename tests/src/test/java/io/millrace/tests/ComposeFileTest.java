package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What is promised of every service of the compose file. */
class ComposeFileTest {
    private static final Path FOLDER = LocalStack.repositoryRoot().resolve("compose");
    private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{?([A-Z][A-Z0-9_]*)");

    private static String text;
    private static Map<String, Map<String, Object>> services;
    private static Map<String, Map<String, Object>> overlay;

    @BeforeAll
    static void read() throws IOException {
        text = Files.readString(FOLDER.resolve("compose.yaml")) + Files.readString(FOLDER.resolve("secure.yaml"));
        services = services("compose.yaml");
        overlay = services("secure.yaml");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> services(String name) throws IOException {
        Map<String, Object> file = new Yaml().load(Files.readString(FOLDER.resolve(name)));
        return (Map<String, Map<String, Object>>) file.get("services");
    }

    @Test
    void everyImageIsAVariableThatBothEnvironmentFilesPin() throws IOException {
        for (String name : List.of(".env", "local.env")) {
            Properties variables = variables(name);
            services.forEach((service, settings) -> {
                String image = String.valueOf(settings.get("image"));
                assertThat(image).as(service).matches("\\$\\{[A-Z0-9_]+_IMAGE}");
                String pinned = variables.getProperty(image.substring(2, image.length() - 1));
                assertThat(pinned).as(name + ": " + service).contains(":");
                if (!pinned.startsWith("millrace")) {
                    assertThat(pinned).as(service).doesNotEndWith(":latest");
                }
            });
        }
    }

    @Test
    void everyVariableHasAValueInBoth() throws IOException {
        for (String name : List.of(".env", "local.env")) {
            Set<String> known = variables(name).stringPropertyNames();
            Matcher matcher = VARIABLE.matcher(text);
            while (matcher.find()) {
                assertThat(known).as(name).contains(matcher.group(1));
            }
        }
    }

    @Test
    void portsAreOnLoopbackMemoryIsLimitedAndHealthIsAsked() {
        Map<String, Map<String, Object>> all = new TreeMap<>(services);
        all.put("accounts", overlay.get("accounts"));
        all.forEach((service, settings) -> {
            if (settings.get("ports") instanceof List<?> ports) {
                assertThat(ports).as(service).allMatch(port -> port.toString()
                        .startsWith("127.0.0.1:${MILLRACE_PORTS}"));
            }
            assertThat(settings).as(service).containsKeys("mem_limit", "profiles");
            if (!service.equals("apply")) {
                assertThat(settings).as(service).containsKeys("healthcheck", "restart");
            }
        });
    }

    @Test
    void whatIsMountedFromTheCheckoutIsThere() {
        services.forEach((service, settings) -> {
            if (settings.get("volumes") instanceof List<?> volumes) {
                volumes.stream()
                        .map(volume -> volume.toString().split(":")[0])
                        .filter(source -> source.startsWith("."))
                        .forEach(source ->
                                assertThat(FOLDER.resolve(source)).as(service).exists());
            }
        });
    }

    @Test
    void everyServiceOfCoreIsSecuredAndReadsItsOwnSecretsAlone() {
        Set<String> core = new TreeSet<>(Set.of("accounts"));
        services.forEach((name, settings) -> {
            if (settings.get("profiles").equals(List.of("core"))) {
                core.add(name);
            }
        });
        assertThat(overlay.keySet()).isEqualTo(core);
        overlay.forEach((name, settings) -> {
            List<String> mounts = ((List<?>) settings.get("volumes"))
                    .stream().map(Object::toString).toList();
            String own = "./secrets/mounted/" + name.replaceFirst("^connect-\\d$", "connect");
            assertThat(mounts).as(name).contains(own + ":/run/secrets:ro");
            assertThat(mounts)
                    .as(name)
                    .allMatch(mount -> mount.startsWith(own + ":")
                            || mount.startsWith(own + "/")
                            || mount.equals("./images/common:/opt/millrace/health:ro")
                            || mount.equals("contracts:/var/lib/millrace/contracts:ro"));
            assertThat(settings).as(name).doesNotContainKey("ports");
        });
    }

    @Test
    void aSecuredStackHasNoListenerAndNoAddressWithoutTls() throws IOException {
        Map<String, String> kafka = ComposeService.secured("kafka", "281").environment();
        Map<String, String> protocols = new TreeMap<>();
        for (String each : kafka.get("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP").split(",")) {
            protocols.put(each.split(":")[0], each.split(":")[1]);
        }
        assertThat(protocols)
                .isEqualTo(Map.of("INSIDE", "SASL_SSL", "OUTSIDE", "SASL_SSL", "INTERNAL", "SSL", "CONTROLLER", "SSL"));
        for (String listener : kafka.get("KAFKA_LISTENERS").split(",")) {
            assertThat(protocols).containsKey(listener.split(":")[0]);
        }
        for (String name : overlay.keySet()) {
            ComposeService service = ComposeService.secured(name, "281");
            service.environment().forEach((variable, value) -> assertThat(value)
                    .as(name + " " + variable)
                    .doesNotContainPattern("\\b(http|redis|mqtt)://"));
            assertThat(String.join(" ", service.health())).as(name).doesNotContain("http://");
        }
        assertThat(ComposeService.secured("postgres", "281").command()).contains("ssl=on");
        assertThat(ComposeService.secured("registry", "281").environment().get("APICURIO_DATASOURCE_URL"))
                .contains("sslmode=verify-full");
        for (String spark : List.of("spark-master", "spark-worker")) {
            assertThat(ComposeService.secured(spark, "281").environment())
                    .as("its page, which knows no accounts, is for the container alone")
                    .containsEntry("SPARK_LOCAL_IP", "127.0.0.1");
        }
    }

    @Test
    void aSecuredContainerHasNoSecretInItsEnvironment() throws IOException {
        Map<String, List<String>> made = new TreeMap<>();
        Matcher files = Pattern.compile("(?s)cat >\"\\$folder/(\\w+\\.env)\" <<EOF\n(.*?)\nEOF")
                .matcher(Files.readString(FOLDER.resolve("make-secrets")));
        while (files.find()) {
            made.put(
                    "secrets/" + files.group(1),
                    files.group(2).lines().map(line -> line.split("=")[0]).toList());
        }
        assertThat(made).containsKeys("secrets/connect.env", "secrets/postgres.env", "secrets/s3.env");
        for (String name : overlay.keySet()) {
            Map<String, String> environment =
                    ComposeService.secured(name, "281").environment();
            if (services.containsKey(name) && services.get(name).get("env_file") instanceof List<?> read) {
                read.forEach(file -> made.get(file).forEach(variable -> assertThat(environment.get(variable))
                        .as(name + " " + variable)
                        .matches("|\\$\\{millrace\\..*}")));
            }
        }
    }

    private static Properties variables(String name) throws IOException {
        Properties variables = new Properties();
        try (var in = Files.newBufferedReader(FOLDER.resolve(name))) {
            variables.load(in);
        }
        return variables;
    }
}
