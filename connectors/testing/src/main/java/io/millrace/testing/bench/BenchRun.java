package io.millrace.testing.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures cases and their references alternately: each round runs every case once, so what disturbs the machine disturbs
 * all. The first round only warms up. A ratio is the median of the ratios within the rounds. One thread.
 */
public final class BenchRun {

    /** One thing that is measured. */
    public interface Measured {
        Figure run() throws Exception;
    }

    /**
     * What one run of a case gave.
     *
     * @param value in the unit of the case
     * @param processorMicros processor time for each record, in microseconds; NaN when it is not known
     * @param remark on where the time went, shown beside the last round's numbers; may be empty
     */
    public record Figure(double value, double processorMicros, String remark) {
        public Figure(double value, String remark) {
            this(value, Double.NaN, remark);
        }

        public static Figure of(double value) {
            return new Figure(value, "");
        }
    }

    /**
     * Medians and spread of a case; {@code reference} is null for a reference itself.
     *
     * @param processorMicros median of the processor time for each record, in microseconds; null when it is not known
     */
    public record Row(
            String name,
            String unit,
            double median,
            double min,
            double max,
            Double processorMicros,
            String reference,
            Double ratio,
            String remark) {}

    private record Case(String name, String unit, String reference, Measured measured) {}

    private final List<Case> cases = new ArrayList<>();
    private final Map<String, List<Figure>> figures = new LinkedHashMap<>();
    private final PrintStream progress;

    /** @param progress where a line per finished measurement goes */
    public BenchRun(PrintStream progress) {
        this.progress = progress;
    }

    /** A reference, or a case that stands alone. */
    public BenchRun add(String name, String unit, Measured measured) {
        return add(name, unit, null, measured);
    }

    /** @param reference name of the case that this one is compared with */
    public BenchRun add(String name, String unit, String reference, Measured measured) {
        cases.add(new Case(name, unit, reference, measured));
        return this;
    }

    /** Runs everything: one round to warm up and {@code rounds} that count. */
    public List<Row> run(int rounds) throws Exception {
        warmUp();
        return measure(rounds);
    }

    /** Runs everything once; what comes out is shown and not kept. */
    public void warmUp() throws Exception {
        for (Case one : cases) {
            show("warm-up", one, one.measured.run());
        }
    }

    /** Runs everything {@code rounds} times. For measurements that were warmed up otherwise; {@link #run} does both. */
    public List<Row> measure(int rounds) throws Exception {
        for (int round = 1; round <= rounds; round++) {
            for (Case one : cases) {
                Figure figure = one.measured.run();
                show("round " + round + "/" + rounds, one, figure);
                figures.computeIfAbsent(one.name, unused -> new ArrayList<>()).add(figure);
            }
        }
        return cases.stream().map(this::row).toList();
    }

    private void show(String when, Case one, Figure figure) {
        progress.printf("%-11s %-44s %,14.0f %s%n", when, one.name, figure.value(), one.unit);
    }

    /** Prints the rows as a table. */
    public static void print(List<Row> rows, PrintStream out) {
        int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(4);
        String format = "%-" + width + "s  %14s  %14s  %14s  %8s  %6s  %s%n";
        out.printf(
                "%n" + format,
                "case",
                "median",
                "min",
                "max",
                "CPU us/1",
                "ratio",
                "unit; ratio to; where the time goes");
        for (Row row : rows) {
            out.printf(
                    format,
                    row.name(),
                    "%,.0f".formatted(row.median()),
                    "%,.0f".formatted(row.min()),
                    "%,.0f".formatted(row.max()),
                    row.processorMicros() == null ? "" : "%.2f".formatted(row.processorMicros()),
                    row.ratio() == null ? "" : "%.2f".formatted(row.ratio()),
                    row.unit()
                            + (row.reference() == null ? "" : "; " + row.reference())
                            + (row.remark().isEmpty() ? "" : "; " + row.remark()));
        }
    }

    /** Writes {@code {"cases": [...]}} for programs. */
    public static void write(List<Row> rows, Path report) throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("case", row.name());
            one.put("unit", row.unit());
            one.put("median", row.median());
            one.put("min", row.min());
            one.put("max", row.max());
            one.put("processor_micros", row.processorMicros());
            one.put("reference", row.reference());
            one.put("ratio", row.ratio());
            one.put("remark", row.remark());
            all.add(one);
        }
        Files.write(report, new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(Map.of("cases", all)));
    }

    private Row row(Case one) {
        double[] sorted = sorted(one.name);
        List<Figure> own = figures.get(one.name);
        return new Row(
                one.name,
                one.unit,
                median(sorted),
                sorted[0],
                sorted[sorted.length - 1],
                processorMicros(own),
                one.reference,
                Optional.ofNullable(one.reference)
                        .map(reference -> ratio(one.name, reference))
                        .orElse(null),
                own.get(own.size() - 1).remark());
    }

    private static Double processorMicros(List<Figure> figures) {
        double[] known = figures.stream()
                .mapToDouble(Figure::processorMicros)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        return known.length == 0 ? null : median(known);
    }

    private double ratio(String name, String reference) {
        double[] ratios = new double[figures.get(name).size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figures.get(name).get(i).value()
                    / figures.get(reference).get(i).value();
        }
        Arrays.sort(ratios);
        return median(ratios);
    }

    private double[] sorted(String name) {
        return figures.get(name).stream().mapToDouble(Figure::value).sorted().toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
