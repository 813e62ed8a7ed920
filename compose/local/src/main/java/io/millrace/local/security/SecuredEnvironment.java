package io.millrace.local.security;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The environment file of an open stack, made into that of a secured one. */
final class SecuredEnvironment {
    private SecuredEnvironment() {}

    /**
     * @param access how servers are reached, instead of what the file says
     * @param connectors settings by connector, beside those that the file overrides; of those that it leaves out, none
     */
    static String of(Path file, Map<String, Object> access, Map<String, Map<String, String>> connectors)
            throws IOException {
        Map<String, Object> environment = read(file);
        environment.putAll(access);
        Map<String, Object> section = map(environment.get("connectors"));
        Map<String, Object> overrides = map(section.get("overrides"));
        connectors.forEach((name, settings) -> {
            if (!(section.get("leave_out") instanceof Iterable<?> names) || !contains(names, name)) {
                Map<String, Object> both = map(overrides.get(name));
                both.putAll(settings);
                overrides.put(name, both);
            }
        });
        section.put("overrides", overrides);
        environment.put("connectors", section);
        DumperOptions block = new DumperOptions();
        block.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(block).dump(environment);
    }

    private static boolean contains(Iterable<?> names, String name) {
        for (Object each : names) {
            if (name.equals(each)) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, Object> read(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return map(new Yaml(new SafeConstructor(new LoaderOptions())).load(reader));
        } catch (YAMLException e) {
            throw new IOException(file + " is no YAML: " + e.getMessage(), e);
        }
    }

    /** A copy that can be changed; empty for nothing. */
    private static Map<String, Object> map(Object value) {
        Map<String, Object> copy = new TreeMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> copy.put(String.valueOf(key), each));
        }
        return copy;
    }
}
