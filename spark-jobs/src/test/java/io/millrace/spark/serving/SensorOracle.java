package io.millrace.spark.serving;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;

/** What serving.sensor_anomalies has to say of one sensor, computed from all its readings at once. */
final class SensorOracle {
    record Reading(long time, double value) {}

    private SensorOracle() {}

    /** Rows by key, as {@link #text} writes them. */
    static Map<String, String> rows(String sensor, List<Reading> readings) {
        Map<String, String> rows = new TreeMap<>();
        for (Reading any : readings) {
            long start = any.time() - Math.floorMod(any.time(), 60_000L);
            double[] minute = values(readings, start, start + 60_000);
            double[] before = values(readings, start - 30 * 60_000L, start);
            Double mean = before.length == 0 ? null : mean(before);
            Double deviation = before.length == 0 ? null : deviation(before);
            Double score = null;
            if (before.length >= 20) {
                double far = 0;
                for (double value : minute) {
                    far = Math.max(far, Math.abs(value - mean));
                }
                score = far / Math.max(deviation, Math.abs(mean) / 1000);
            }
            rows.put(
                    sensor + "|" + Instant.ofEpochMilli(start),
                    text(
                            minute.length,
                            mean(minute),
                            before.length,
                            mean,
                            deviation,
                            score,
                            score != null && score > 5));
        }
        return rows;
    }

    static String text(GenericRecord row) {
        return text(
                (long) row.get("readings"),
                (double) row.get("mean"),
                (long) row.get("baseline_readings"),
                (Double) row.get("baseline_mean"),
                (Double) row.get("baseline_stddev"),
                (Double) row.get("score"),
                (boolean) row.get("anomalous"));
    }

    private static String text(
            long readings, double mean, long before, Double usual, Double deviation, Double score, boolean anomalous) {
        return readings + " " + rounded(mean) + " " + before + " " + rounded(usual) + " " + rounded(deviation) + " "
                + rounded(score) + " " + anomalous;
    }

    private static String rounded(Double number) {
        // Sums of doubles differ in their last digits with the order in which they are made.
        return number == null ? "null" : String.format(Locale.ROOT, "%.5f", number + 0.0);
    }

    private static double[] values(List<Reading> readings, long from, long to) {
        return readings.stream()
                .filter(reading -> reading.time() >= from && reading.time() < to)
                .mapToDouble(Reading::value)
                .toArray();
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.length);
    }
}
