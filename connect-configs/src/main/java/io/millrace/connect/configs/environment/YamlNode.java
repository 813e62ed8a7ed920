package io.millrace.connect.configs.environment;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.NearestName;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A part of a YAML file that remembers its line, so that every complaint can name it.
 *
 * @param file the file
 * @param path dotted path of the keys that lead here
 * @param node what is there
 */
record YamlNode(Path file, String path, Node node) {
    static YamlNode read(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            Node root = new Yaml(new SafeConstructor(options)).compose(reader);
            if (root == null) {
                throw new DeclarationException(file + ": the file is empty");
            }
            return new YamlNode(file, "", root);
        } catch (MarkedYAMLException e) {
            // Only the problem is told: the library's own message quotes the line, and a line may hold a secret.
            throw new DeclarationException(file + ":" + (e.getProblemMark().getLine() + 1) + ": " + e.getProblem());
        } catch (YAMLException e) {
            throw new DeclarationException(file + ": is not YAML");
        } catch (IOException e) {
            throw new DeclarationException(
                    "cannot read the environment " + file + " (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** The entries of a map whose keys are free. */
    Map<String, YamlNode> entries() {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong("must be a map of keys");
        }
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw wrong("has a key that is not plain text");
            }
            String child = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
            YamlNode value = new YamlNode(file, child, tuple.getValueNode());
            if (entries.put(key.getValue(), value) != null) {
                throw value.wrong("is written twice");
            }
        }
        return entries;
    }

    /** The entries of a map whose keys are known. */
    Map<String, YamlNode> entries(Set<String> known) {
        Map<String, YamlNode> entries = entries();
        entries.forEach((key, value) -> {
            if (!known.contains(key)) {
                throw value.wrong("is not a known key; known here are " + String.join(", ", new TreeSet<>(known))
                        + NearestName.hint(key, known));
            }
        });
        return entries;
    }

    /** The text that stands here. */
    String text() {
        if (node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
            return scalar.getValue();
        }
        throw wrong("must be a text");
    }

    /** The texts of a list, each once. */
    Set<String> texts() {
        if (!(node instanceof SequenceNode list)) {
            throw wrong("must be a list, such as [one, other]");
        }
        Set<String> texts = new LinkedHashSet<>();
        for (Node element : list.getValue()) {
            texts.add(new YamlNode(file, path, element).text());
        }
        return texts;
    }

    int number() {
        try {
            return Integer.parseInt(text());
        } catch (NumberFormatException e) {
            throw wrong("must be a whole number");
        }
    }

    Optional<YamlNode> find(Map<String, YamlNode> entries, String key) {
        return Optional.ofNullable(entries.get(key));
    }

    YamlNode require(Map<String, YamlNode> entries, String key) {
        return find(entries, key).orElseThrow(() -> wrong(path.isEmpty() ? key + " is missing" : "has no key " + key));
    }

    DeclarationException wrong(String reason) {
        return new DeclarationException(
                file + ":" + (node.getStartMark().getLine() + 1) + ": " + (path.isEmpty() ? "" : path + " ") + reason);
    }
}
