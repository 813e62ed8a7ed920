package io.millrace.schemas;

import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
 * One map of a YAML file, read strictly: every error is a {@link ContractException} that names the file, the line and the
 * key. Not safe for use by several threads.
 */
public final class YamlSection {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private final Path file;
    private final String path;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private YamlSection(Path file, String path, int line) {
        this.file = file;
        this.path = path;
        this.line = line;
    }

    /** Reads a whole file. */
    public static YamlSection read(Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(reader);
            return new YamlSection(file, "", 1).filled(root);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new ContractException(file + ":" + line + ": is no YAML: " + e.getProblem(), e);
        } catch (YAMLException | IOException e) {
            throw new ContractException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private YamlSection filled(Node node) {
        if (node == null || isNull(node)) {
            return this;
        }
        if (!(node instanceof MappingNode map)) {
            throw at(line, path.isEmpty() ? "expected a map of keys" : path + " must be a map of keys");
        }
        for (NodeTuple entry : map.getValue()) {
            int at = entry.getKeyNode().getStartMark().getLine() + 1;
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw at(at, "a key must be plain text");
            }
            if (values.put(key.getValue(), entry.getValueNode()) != null) {
                throw at(at, full(key.getValue()) + " appears twice");
            }
            lines.put(key.getValue(), at);
        }
        return this;
    }

    /** Refuses every key but these. */
    public YamlSection only(String... known) {
        for (String key : values.keySet()) {
            if (Stream.of(known).noneMatch(key::equals)) {
                throw wrong(key, "is not a known key; " + NearestName.hint(key, Set.of(known)));
            }
        }
        return this;
    }

    /** The keys that the section has, in the order of the file. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** Whether the key is there, even without a value. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** The map under a key; empty when the key is absent, a map without keys when nothing follows it. */
    public Optional<YamlSection> section(String key) {
        return Optional.ofNullable(values.get(key))
                .map(node -> new YamlSection(file, full(key), lines.get(key)).filled(node));
    }

    /** The text under a key that must be there. */
    public String text(String key) {
        return optionalText(key).orElseThrow(() -> wrong(key, "is missing"));
    }

    /** The text under a key; empty when the key is absent or nothing follows it. */
    public Optional<String> optionalText(String key) {
        Node node = values.get(key);
        if (node == null || isNull(node)) {
            return Optional.empty();
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw wrong(key, "must be text");
        }
        return Optional.of(scalar.getValue().strip()).filter(text -> !text.isEmpty());
    }

    /** The whole number under a key; empty as for {@link #optionalText}. */
    public Optional<Long> number(String key) {
        return decimal(key).map(value -> {
            try {
                return value.longValueExact();
            } catch (ArithmeticException e) {
                throw wrong(key, "must be a whole number, not " + value.toPlainString());
            }
        });
    }

    Optional<BigDecimal> decimal(String key) {
        return optionalText(key).map(text -> {
            try {
                return new BigDecimal(text.replace("_", ""));
            } catch (NumberFormatException e) {
                throw wrong(key, "must be a number, not " + text);
            }
        });
    }

    /** A whole amount and a unit, such as {@code 7d}, {@code 12h}, {@code 30m}, {@code 10s} or {@code 500ms}. */
    public Optional<Duration> duration(String key) {
        return optionalText(key).map(text -> {
            Matcher matcher = DURATION.matcher(text);
            if (!matcher.matches()) {
                throw wrong(key, "must be a number and a unit such as 7d or 12h, not " + text);
            }
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        });
    }

    /** One of the constants, written in lower case. */
    <E extends Enum<E>> Optional<E> oneOf(String key, Class<E> type) {
        return optionalText(key).map(text -> Stream.of(type.getEnumConstants())
                .filter(constant -> lower(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> wrong(
                        key,
                        "must be "
                                + String.join(
                                        " or ",
                                        Stream.of(type.getEnumConstants())
                                                .map(YamlSection::lower)
                                                .toList())
                                + ", not " + text)));
    }

    /** A list of texts, also when one text stands alone. */
    List<String> list(String key) {
        Node node = values.get(key);
        if (node == null || isNull(node)) {
            return List.of();
        }
        if (node instanceof ScalarNode scalar) {
            return List.of(scalar.getValue());
        }
        List<String> texts = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            for (Node element : sequence.getValue()) {
                if (!(element instanceof ScalarNode scalar)) {
                    throw wrong(key, "must be a list of texts");
                }
                texts.add(scalar.getValue());
            }
            return texts;
        }
        throw wrong(key, "must be a list of texts");
    }

    /** An error about a key of this section. */
    public ContractException wrong(String key, String reason) {
        return at(lines.getOrDefault(key, line), full(key) + " " + reason);
    }

    private ContractException at(int line, String message) {
        return new ContractException(file + ":" + line + ": " + message);
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static boolean isNull(Node node) {
        return Tag.NULL.equals(node.getTag());
    }
}
