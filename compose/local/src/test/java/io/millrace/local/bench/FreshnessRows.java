package io.millrace.local.bench;

import io.millrace.testing.bench.BenchRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Percentiles of what probes have seen. */
final class FreshnessRows {
    private FreshnessRows() {}

    static List<BenchRun.Row> of(List<Probe> probes, String remark) {
        List<BenchRun.Row> rows = new ArrayList<>();
        for (Probe.Place place : Probe.Place.values()) {
            double[] millis = probes.stream()
                    .map(probe -> probe.millis(place))
                    .flatMap(Optional::stream)
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
            if (millis.length > 0) {
                rows.add(row(place, "p50", millis, 0.5, remark));
                rows.add(row(place, "p99", millis, 0.99, remark));
            }
        }
        return rows;
    }

    private static BenchRun.Row row(Probe.Place place, String name, double[] sorted, double share, String remark) {
        double value = sorted[Math.min(sorted.length - 1, (int) Math.ceil(share * sorted.length) - 1)];
        return new BenchRun.Row(
                "accepted to " + place.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ", " + name,
                "ms",
                value,
                sorted[0],
                sorted[sorted.length - 1],
                null,
                null,
                null,
                remark);
    }
}
