package io.millrace.local.dashboards;

import io.millrace.schemas.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** A map of a YAML file with lists in it, read strictly: every error names the file, the place and the key. */
final class YamlMap {
    private final String where;
    private final Map<String, Object> values;

    private YamlMap(String where, Map<String, Object> values) {
        this.where = where;
        this.values = values;
    }

    static YamlMap read(Path file) {
        try (var reader = Files.newBufferedReader(file)) {
            return of(file.toString(), new Yaml(new SafeConstructor(new LoaderOptions())).load(reader));
        } catch (YAMLException | IOException e) {
            throw new DashboardException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static YamlMap of(String where, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new DashboardException(where + ": must be a map of keys");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        map.forEach((key, each) -> values.put(String.valueOf(key), each));
        return new YamlMap(where, values);
    }

    /** The same with another name of its place for errors. */
    YamlMap at(String place) {
        return new YamlMap(place, values);
    }

    String where() {
        return where;
    }

    YamlMap only(String... known) {
        for (String key : values.keySet()) {
            if (!Set.of(known).contains(key)) {
                throw wrong(key, "is not a known key; " + NearestName.hint(key, Set.of(known)));
            }
        }
        return this;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key) {
        return find(key).orElseThrow(() -> wrong(key, "is missing"));
    }

    Optional<String> find(String key) {
        Object value = values.get(key);
        if (value instanceof Map || value instanceof List) {
            throw wrong(key, "must be plain text");
        }
        return Optional.ofNullable(value).map(String::valueOf);
    }

    /** A list, or the one text that stands for a list of one; empty when the key is absent. */
    List<String> list(String key) {
        Object value = values.get(key);
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return find(key).map(List::of).orElse(List.of());
    }

    /** The maps in a list. */
    List<YamlMap> mapsOf(String key) {
        if (!(values.get(key) instanceof List<?> list)) {
            throw wrong(key, "must be a list");
        }
        List<YamlMap> maps = new ArrayList<>();
        for (Object each : list) {
            maps.add(of(where + ": " + key + "[" + maps.size() + "]", each));
        }
        return maps;
    }

    YamlMap map(String key) {
        return of(where + ": " + key, values.get(key));
    }

    /** Every key, whose value is a map. */
    Map<String, YamlMap> maps() {
        Map<String, YamlMap> maps = new LinkedHashMap<>();
        values.keySet().forEach(key -> maps.put(key, map(key)));
        return maps;
    }

    /** Every key, whose value is text. */
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        values.keySet().forEach(key -> texts.put(key, text(key)));
        return texts;
    }

    DashboardException wrong(String key, String reason) {
        return new DashboardException(where + ": " + key + " " + reason);
    }
}
