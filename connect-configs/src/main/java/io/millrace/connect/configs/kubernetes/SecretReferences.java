package io.millrace.connect.configs.kubernetes;

import io.millrace.connect.configs.DeclaredConnector;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Environment variables that settings refer to, taken from one Kubernetes Secret: their values are in no manifest. */
final class SecretReferences {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");

    private SecretReferences() {}

    /** The variables that the connectors' settings name, in order. */
    static SortedSet<String> of(Collection<DeclaredConnector> connectors) {
        SortedSet<String> names = new TreeSet<>();
        for (DeclaredConnector connector : connectors) {
            for (String value : connector.config().values()) {
                Matcher matcher = REFERENCE.matcher(value);
                while (matcher.find()) {
                    names.add(matcher.group(1));
                }
            }
        }
        return names;
    }

    /** Entries for a container's {@code env}: each variable is the key of that name in the Secret. */
    static List<Map<String, Object>> env(Collection<String> names, String secret) {
        return names.stream().map(name -> entry(name, secret)).toList();
    }

    private static Map<String, Object> entry(String name, String secret) {
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("name", secret);
        key.put("key", name);
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("valueFrom", Map.of("secretKeyRef", key));
        return entry;
    }
}
