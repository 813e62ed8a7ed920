package io.millrace.testing.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Options of a benchmark: {@code --name value}, each at most once. */
public final class BenchOptions {
    private final Map<String, String> given = new LinkedHashMap<>();

    private BenchOptions() {}

    /**
     * @param known names that the benchmark takes besides {@code rounds} and {@code report}
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static BenchOptions parse(String[] arguments, String... known) {
        Set<String> names = new TreeSet<>(Set.of(known));
        names.add("rounds");
        names.add("report");
        BenchOptions options = new BenchOptions();
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "unknown option " + arguments[i] + "; known are --" + String.join(", --", names));
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("--" + name + " needs a value");
            }
            options.given.put(name, arguments[i + 1]);
        }
        return options;
    }

    public int number(String name, int otherwise) {
        try {
            return text(name).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + " must be a whole number, not " + given.get(name), e);
        }
    }

    public int rounds(int otherwise) {
        return number("rounds", otherwise);
    }

    public Optional<Path> path(String name) {
        return text(name).map(Path::of);
    }

    public Optional<Path> report() {
        return path("report");
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(given.get(name));
    }
}
