package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
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

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void read() throws IOException {
        text = Files.readString(FOLDER.resolve("compose.yaml"));
        Map<String, Object> file = new Yaml().load(text);
        services = (Map<String, Map<String, Object>>) file.get("services");
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
        services.forEach((service, settings) -> {
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

    private static Properties variables(String name) throws IOException {
        Properties variables = new Properties();
        try (var in = Files.newBufferedReader(FOLDER.resolve(name))) {
            variables.load(in);
        }
        return variables;
    }
}
