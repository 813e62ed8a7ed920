package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.support.Topology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;

/** What a reader of the serving topics sees now, by site. */
final class ServingView {
    private final Topology topics;

    ServingView(Topology topics) {
        this.topics = topics;
    }

    List<GenericRecord> rows(String topic, String site) {
        return topics.table(topic).values().stream()
                .filter(row -> row.get("site").toString().equals(site))
                .toList();
    }

    long requests(String site) {
        return rows("serving.requests_per_minute", site).stream()
                .mapToLong(row -> (long) row.get("requests"))
                .sum();
    }

    long views(String site) {
        return rows("serving.page_views", site).stream()
                .mapToLong(row -> (long) row.get("views"))
                .sum();
    }

    long events(String site) {
        return sessions(site).stream()
                .mapToLong(row -> (long) row.get("events"))
                .sum();
    }

    List<GenericRecord> sessions(String site) {
        return rows("serving.sessions", site);
    }

    Set<String> users(List<GenericRecord> sessions) {
        return sessions.stream()
                .map(session -> session.get("user_id").toString())
                .collect(Collectors.toSet());
    }

    Set<String> shape(List<GenericRecord> sessions) {
        return sessions.stream()
                .map(session -> session.get("user_id") + " " + session.get("started_at") + " "
                        + session.get("last_event_at") + " " + session.get("events"))
                .collect(Collectors.toSet());
    }

    List<String> enriched(String site) {
        return topics.read("web.enriched").stream()
                .map(Topology.Read::value)
                .filter(event -> event.get("site").toString().equals(site))
                .map(event -> event.get("event_id").toString())
                .toList();
    }

    List<GenericRecord> quarantined(String stage) {
        return topics.read("quarantine.web.events").stream()
                .map(Topology.Read::value)
                .filter(record -> ((GenericRecord) record.get("failure"))
                        .get("stage")
                        .toString()
                        .equals(stage))
                .toList();
    }

    /** Per user, enriched events stand in the order of their source. */
    void assertOrderKept(String site) {
        Map<String, Long> last = new HashMap<>();
        for (Topology.Read each : topics.read("web.enriched")) {
            if (each.value().get("site").toString().equals(site)) {
                long offset = (long) each.value().get("source_offset");
                Optional<Long> previous = Optional.ofNullable(last.put(each.key(), offset));
                assertThat(offset).isGreaterThan(previous.orElse(-1L));
            }
        }
    }
}
