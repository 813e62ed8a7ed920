package io.millrace.connect.configs.environment;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredConnectors;
import io.millrace.connect.configs.NearestName;
import io.millrace.connect.configs.Origin;
import io.millrace.connect.configs.SecretKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Declared connectors as one environment wants them: its overrides in place, {@code ${var:...}} replaced. Every other
 * {@code ${provider:...}} is left for the worker.
 */
public final class EnvironmentConnectors {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{var:([^}]*)}");

    private final Environment environment;
    private final List<String> wrong = new ArrayList<>();

    private EnvironmentConnectors(Environment environment) {
        this.environment = environment;
    }

    /**
     * The connectors of an environment, in the order in which they were declared.
     *
     * @throws DeclarationException naming every unknown variable, unknown connector and secret in plain text at once
     */
    public static List<DeclaredConnector> resolve(DeclaredConnectors declared, Environment environment) {
        return new EnvironmentConnectors(environment).resolve(declared);
    }

    private List<DeclaredConnector> resolve(DeclaredConnectors declared) {
        List<String> names =
                declared.all().stream().map(DeclaredConnector::name).toList();
        requireDeclared("overrides", environment.connectorOverrides().keySet(), names);
        requireDeclared("leaves out", environment.leftOut(), names);
        List<DeclaredConnector> resolved = declared.all().stream()
                .filter(connector -> !environment.leftOut().contains(connector.name()))
                .map(this::resolve)
                .toList();
        if (!wrong.isEmpty()) {
            throw new DeclarationException(String.join(System.lineSeparator() + "millrace: ", wrong));
        }
        return resolved;
    }

    private void requireDeclared(String does, Set<String> named, List<String> declared) {
        named.stream()
                .filter(name -> !declared.contains(name))
                .sorted()
                .forEach(name -> wrong.add("environment " + environment.name() + " " + does + " the connector " + name
                        + ", which is not declared" + NearestName.hint(name, declared)));
    }

    private DeclaredConnector resolve(DeclaredConnector connector) {
        Map<String, String> written = new TreeMap<>(connector.config());
        Map<String, String> positions = new HashMap<>(connector.origin().positions());
        for (Map<String, Map<String, String>> overrides :
                List.of(environment.whereDeclared(), environment.connectorOverrides())) {
            overrides.getOrDefault(connector.name(), Map.of()).forEach((key, value) -> {
                written.put(key, value);
                positions.put(key, "environment " + environment.name() + ", connectors.overrides." + connector.name());
            });
        }
        Map<String, String> config = new TreeMap<>();
        Map<String, String> shown = new HashMap<>(connector.origin().shown());
        Origin origin = new Origin(connector.origin().file(), positions, Map.of());
        written.forEach((key, text) -> {
            refuseLiteral(origin, key, text);
            String value = replaceVariables(origin, key, text, shown);
            config.put(key, value);
        });
        return new DeclaredConnector(
                connector.name(),
                config,
                connector.state(),
                new Origin(connector.origin().file(), positions, shown));
    }

    private void refuseLiteral(Origin origin, String key, String text) {
        boolean literal = SecretKeys.isSecretName(key) && SecretKeys.isLiteral(text);
        if (literal || SecretKeys.hasPasswordInUrl(text)) {
            wrong.add(literalSecret(origin, key));
        }
    }

    /** What is said about a secret in plain text. */
    public static String literalSecret(Origin origin, String key) {
        return origin.at(key) + ": " + key
                + " holds a secret in plain text; write a reference that the worker resolves,"
                + " such as ${env:NAME} or ${file:PATH:KEY}";
    }

    private String replaceVariables(Origin origin, String key, String text, Map<String, String> shown) {
        return VARIABLE.matcher(text).replaceAll(found -> {
            Setting variable = environment.variables().get(found.group(1));
            if (variable == null) {
                wrong.add(origin.at(key) + ": " + key + " uses the variable " + found.group(1) + ", which environment "
                        + environment.name() + " does not declare"
                        + NearestName.hint(
                                found.group(1), environment.variables().keySet()));
                return "";
            }
            if (variable.isReference()) {
                shown.put(key, text);
            }
            return Matcher.quoteReplacement(variable.value());
        });
    }
}
