package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number that a panel computes, as Lens and as Elasticsearch have it.
 *
 * @param field empty for a count of documents
 * @param percent of a percentile
 */
record Measure(Operation operation, String field, double percent, String label) {
    private static final Pattern FORM =
            Pattern.compile("([a-z]+)(?:\\(([\\w.@]+)(?:,\\s*(\\d+(?:\\.\\d+)?))?\\))?(?:\\s+as\\s+(.+))?");

    /** What can be computed: the name in Lens, that in Elasticsearch, and how a label begins. */
    enum Operation {
        COUNT("count", "", "Records"),
        SUM("sum", "sum", "Sum of"),
        AVERAGE("average", "avg", "Average of"),
        MAX("max", "max", "Highest"),
        MIN("min", "min", "Lowest"),
        UNIQUE("unique_count", "cardinality", "Different"),
        PERCENTILE("percentile", "percentiles", "Percentile of");

        private final String lens;
        private final String aggregation;
        private final String label;

        Operation(String lens, String aggregation, String label) {
            this.lens = lens;
            this.aggregation = aggregation;
            this.label = label;
        }

        String lens() {
            return lens;
        }
    }

    /** Reads {@code sum(requests)}, {@code percentile(p99_ms, 95) as Slowest}, {@code count}. */
    static Measure parse(String text, String where) {
        Matcher form = FORM.matcher(text.strip());
        Operation operation = form.matches() ? operation(form.group(1)) : null;
        boolean counts = operation == Operation.COUNT;
        if (operation == null
                || counts != (form.group(2) == null)
                || (operation == Operation.PERCENTILE) != (form.group(3) != null)) {
            throw new DashboardException(where + ": " + text + " is no value; it is count, sum(FIELD), average(FIELD),"
                    + " max(FIELD), min(FIELD), unique(FIELD) or percentile(FIELD, 95), and may end with: as LABEL");
        }
        String field = counts ? "" : form.group(2);
        double percent = form.group(3) == null ? 0 : Double.parseDouble(form.group(3));
        String label = Optional.ofNullable(form.group(4))
                .orElseGet(() -> counts
                        ? operation.label
                        : operation == Operation.PERCENTILE
                                ? "p" + number(percent) + " of " + field
                                : operation.label + " " + field);
        return new Measure(operation, field, percent, label);
    }

    private static Operation operation(String name) {
        try {
            return Operation.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String number(double percent) {
        return percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
    }

    /** Adds the aggregation under a name; a count needs none. */
    void aggregation(ObjectNode aggregations, String name) {
        if (operation == Operation.COUNT) {
            return;
        }
        ObjectNode body = aggregations.putObject(name).putObject(operation.aggregation);
        body.put("field", field);
        if (operation == Operation.PERCENTILE) {
            body.putArray("percents").add(percent);
            body.put("keyed", false);
        }
    }

    /** What buckets are ordered by. */
    String order(String name) {
        return switch (operation) {
            case COUNT -> "_count";
            case PERCENTILE -> name + "[" + number(percent) + "]";
            default -> name;
        };
    }

    /** The value in a bucket, as a Vega expression. */
    String expression(String bucket, String name) {
        return switch (operation) {
            case COUNT -> bucket + ".doc_count";
            case PERCENTILE -> bucket + "." + name + ".values[0].value";
            default -> bucket + "." + name + ".value";
        };
    }

    /** How the page writes it, as a d3 format. */
    String format() {
        return switch (operation) {
            case COUNT, UNIQUE -> ",d";
            default -> ",.2~f";
        };
    }

    /** The types that the field may have. */
    FieldType[] allowed() {
        return switch (operation) {
            case UNIQUE -> new FieldType[] {FieldType.KEYWORD, FieldType.NUMBER, FieldType.DATE, FieldType.BOOLEAN};
            default -> new FieldType[] {FieldType.NUMBER};
        };
    }
}
