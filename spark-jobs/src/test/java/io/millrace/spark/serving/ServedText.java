package io.millrace.spark.serving;

import io.millrace.spark.support.Topology;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.generic.GenericRecord;

/** The newest rows of serving topics by key, as texts that an oracle can write too. */
final class ServedText {
    private ServedText() {}

    static Map<String, String> serviceErrors(Topology topics) {
        return rows(
                topics,
                "serving.service_errors",
                row -> row.get("requests") + " " + row.get("client_errors") + " " + row.get("server_errors") + " "
                        + number(row.get("error_rate")) + " " + number(row.get("p50_ms")) + " "
                        + number(row.get("p95_ms")) + " " + number(row.get("p99_ms")) + " " + row.get("slowest_ms"));
    }

    static Map<String, String> cardVelocity(Topology topics) {
        return rows(
                topics,
                "serving.card_velocity",
                row -> row.get("authorizations") + " " + row.get("declined") + " " + row.get("amount") + " "
                        + row.get("merchants") + " " + row.get("flagged"));
    }

    static Map<String, String> sensorAnomalies(Topology topics) {
        return rows(topics, SensorAnomalies.TOPIC, SensorOracle::text);
    }

    static Map<String, String> eventsPerMinute(Topology topics) {
        return rows(
                topics, "serving.events_per_minute", row -> row.get("events").toString());
    }

    static Map<String, String> ordersPerMinute(Topology topics) {
        return rows(
                topics,
                ShopSales.ORDERS_TOPIC,
                row -> ShopOracle.text(
                        (long) row.get("orders"), (long) row.get("cancelled"), (double) row.get("total")));
    }

    static Map<String, String> revenue(Topology topics) {
        return rows(
                topics,
                ShopSales.REVENUE_TOPIC,
                row -> ShopOracle.text(
                        (long) row.get("order_lines"), (long) row.get("units"), (double) row.get("revenue")));
    }

    static Map<String, String> topPages(Topology topics) {
        return rows(topics, TopPages.TOPIC, row -> {
            StringBuilder text = new StringBuilder(row.get("views").toString());
            for (Object page : (List<?>) row.get("pages")) {
                GenericRecord rank = (GenericRecord) page;
                text.append(' ').append(rank.get("page")).append(' ').append(rank.get("views"));
            }
            return text.toString();
        });
    }

    /** Summed up over all hours, as events are sent when the clock says. */
    static Map<String, String> quality(Topology topics) {
        Map<String, long[]> sums = new TreeMap<>();
        topics.table(QualityRows.TOPIC).values().forEach(row -> {
            long[] sum = sums.computeIfAbsent(row.get("kind").toString(), kind -> new long[5]);
            long good = (long) row.get("records")
                    - (long) row.get("schema_mismatches")
                    - (long) row.get("contract_failures")
                    - (long) row.get("time_failures");
            sum[0] += (long) row.get("records");
            sum[1] += (long) row.get("schema_mismatches");
            sum[2] += (long) row.get("contract_failures");
            sum[3] += (long) row.get("time_failures");
            for (Object rate : ((Map<?, ?>) row.get("null_rates")).values()) {
                sum[4] += Math.round((double) rate * good);
            }
        });
        Map<String, String> texts = new TreeMap<>();
        sums.forEach((kind, sum) -> texts.put(kind, java.util.Arrays.toString(sum)));
        return texts;
    }

    static String number(Object value) {
        return String.format(Locale.ROOT, "%.4f", (double) value);
    }

    private static Map<String, String> rows(Topology topics, String topic, Function<GenericRecord, String> text) {
        Map<String, String> rows = new TreeMap<>();
        topics.table(topic).forEach((key, row) -> rows.put(key, text.apply(row)));
        return rows;
    }
}
