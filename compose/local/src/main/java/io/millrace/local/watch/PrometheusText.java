package io.millrace.local.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Builds metrics in Prometheus' text format; samples of one name stand together. Not safe for several threads. */
final class PrometheusText {
    private record Family(String help, String type, List<String> lines) {}

    private final Map<String, Family> families = new LinkedHashMap<>();

    /** @param labels names and values by turns */
    PrometheusText gauge(String name, String help, double value, String... labels) {
        return add("gauge", name, name, help, value, labels);
    }

    PrometheusText counter(String name, String help, double value, String... labels) {
        return add("counter", name, name, help, value, labels);
    }

    /** @param classes how many are at most each limit */
    PrometheusText histogram(
            String name, String help, double[] limits, long[] classes, long count, double sum, String... labels) {
        String[] more = java.util.Arrays.copyOf(labels, labels.length + 2);
        more[labels.length] = "le";
        for (int i = 0; i < limits.length; i++) {
            more[labels.length + 1] = number(limits[i]);
            add("histogram", name, name + "_bucket", help, classes[i], more);
        }
        more[labels.length + 1] = "+Inf";
        add("histogram", name, name + "_bucket", help, count, more);
        add("histogram", name, name + "_sum", help, sum, labels);
        return add("histogram", name, name + "_count", help, count, labels);
    }

    private PrometheusText add(String type, String family, String name, String help, double value, String... labels) {
        StringBuilder line = new StringBuilder(name);
        for (int i = 0; i < labels.length; i += 2) {
            line.append(i == 0 ? '{' : ',')
                    .append(labels[i])
                    .append("=\"")
                    .append(labels[i + 1]
                            .replace("\\", "\\\\")
                            .replace("\"", "\\\"")
                            .replace("\n", "\\n"))
                    .append('"');
        }
        line.append(labels.length == 0 ? " " : "} ").append(number(value));
        families.computeIfAbsent(family, absent -> new Family(help, type, new ArrayList<>()))
                .lines
                .add(line.toString());
        return this;
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.6f", value).replaceAll("0+$", "");
    }

    String text() {
        StringBuilder text = new StringBuilder();
        families.forEach((name, family) -> {
            text.append("# HELP ").append(name).append(' ').append(family.help).append('\n');
            text.append("# TYPE ").append(name).append(' ').append(family.type).append('\n');
            family.lines.forEach(line -> text.append(line).append('\n'));
        });
        return text.toString();
    }
}
