package io.millrace.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/**
 * A service as {@code compose/compose.yaml} and {@code local.env} say it, so that tests run what is deployed and no copy of it.
 *
 * @param name its name, and that under which others reach it
 * @param image with its variable filled in
 * @param entrypoint empty: the image's own
 * @param command empty: the image's own
 * @param environment without what its secret files add
 * @param ports those that it publishes, inside the container
 * @param files of the checkout that it mounts, by their place in the container
 * @param health command that its health check runs in the container; empty when it has none
 */
record ComposeService(
        String name,
        String image,
        List<String> entrypoint,
        List<String> command,
        Map<String, String> environment,
        List<Integer> ports,
        Map<String, Path> files,
        List<String> health) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+)}");

    static ComposeService read(String name) throws IOException {
        return of(name, variables(), entry("compose.yaml", name));
    }

    /**
     * The same with {@code compose/secure.yaml} over it.
     *
     * @param ports first digits of its ports
     */
    static ComposeService secured(String name, String ports) throws IOException {
        Properties variables = variables();
        variables.setProperty("MILLRACE_PORTS", ports);
        Map<String, Object> merged = new LinkedHashMap<>(entry("compose.yaml", name));
        entry("secure.yaml", name).forEach((key, value) -> merged.merge(key, value, ComposeService::over));
        return of(name, variables, merged);
    }

    /** As Compose merges: maps by their keys, mounts and ports one after the other, anything else is replaced. */
    private static Object over(Object below, Object above) {
        if (below instanceof Map<?, ?> && above instanceof Map<?, ?>) {
            Map<String, Object> both = new LinkedHashMap<>(map(below));
            both.putAll(map(above));
            return both;
        }
        // The only lists of words are commands; those of places have a colon in each.
        if (below instanceof List<?> first && above instanceof List<?> second && isPlaces(first)) {
            List<Object> both = new ArrayList<>(first);
            both.addAll(second);
            return both;
        }
        return above;
    }

    private static boolean isPlaces(List<?> list) {
        return list.stream().allMatch(each -> each.toString().contains(":"));
    }

    private static Map<String, Object> entry(String file, String name) throws IOException {
        Map<String, Object> all = new Yaml().load(Files.readString(folder().resolve(file)));
        return map(map(all.get("services")).get(name));
    }

    private static Path folder() {
        return LocalStack.repositoryRoot().resolve("compose");
    }

    private static Properties variables() throws IOException {
        Properties variables = new Properties();
        try (var in = Files.newBufferedReader(folder().resolve("local.env"))) {
            variables.load(in);
        }
        return variables;
    }

    private static ComposeService of(String name, Properties variables, Map<String, Object> service) {
        return new ComposeService(
                name,
                filled(service.get("image"), variables),
                strings(service.get("entrypoint"), variables),
                strings(service.get("command"), variables),
                environment(service, variables),
                strings(service.get("ports"), variables).stream()
                        .map(port -> Integer.valueOf(port.substring(port.lastIndexOf(':') + 1)))
                        .toList(),
                files(service, variables, folder()),
                health(service, variables));
    }

    private static Map<String, String> environment(Map<String, Object> service, Properties variables) {
        Map<String, String> environment = new LinkedHashMap<>();
        map(service.get("environment")).forEach((key, value) -> environment.put(key, filled(value, variables)));
        return environment;
    }

    private static Map<String, Path> files(Map<String, Object> service, Properties variables, Path folder) {
        Map<String, Path> files = new LinkedHashMap<>();
        for (String volume : strings(service.get("volumes"), variables)) {
            String[] parts = volume.split(":");
            if (parts[0].startsWith("./")) {
                files.put(parts[1], folder.resolve(parts[0]).normalize());
            }
        }
        return files;
    }

    private static List<String> health(Map<String, Object> service, Properties variables) {
        List<String> test = strings(map(service.get("healthcheck")).get("test"), variables);
        // The first word says how the rest is run, which is directly everywhere.
        return test.isEmpty() ? List.of() : test.subList(1, test.size());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    private static List<String> strings(Object value, Properties variables) {
        List<String> all = new ArrayList<>();
        if (value != null) {
            ((List<?>) value).forEach(each -> all.add(filled(each, variables)));
        }
        return all;
    }

    /** As Compose fills in: a variable by its value, and two dollars mean one. */
    private static String filled(Object value, Properties variables) {
        return VARIABLE.matcher(String.valueOf(value))
                .replaceAll(found -> Matcher.quoteReplacement(variables.getProperty(found.group(1))))
                .replace("$$", "$");
    }
}
