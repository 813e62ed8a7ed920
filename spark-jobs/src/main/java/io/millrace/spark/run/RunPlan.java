package io.millrace.spark.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.spark.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a bounded run decided when it was first tried: its time and how far it reads each topic. The same run, tried again,
 * reads the same records and writes the same rows, byte by byte. Used by one thread.
 */
final class RunPlan {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExclusiveFiles files;
    private final String runId;
    private final Instant at;
    private final Map<String, TopicRange> topics = new TreeMap<>();

    private RunPlan(ExclusiveFiles files, String runId, Instant at) {
        this.files = files;
        this.runId = runId;
        this.at = at;
    }

    /**
     * The plan of a run, made now or when the run was first tried.
     *
     * @param definition what the run computes, so that the same id cannot mean something else
     * @throws ConfigException when the id belongs to another run
     */
    static RunPlan of(ExclusiveFiles files, String runId, EventRange range, String definition, Clock clock)
            throws IOException {
        ObjectNode wanted = JSON.createObjectNode()
                .put("start", text(range.start()))
                .put("end", text(range.end()))
                .put("definition", definition);
        ObjectNode planned = wanted.deepCopy()
                .put("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        String name = runId + ".json";
        files.create(name, planned.toString());
        JsonNode found = JSON.readTree(
                files.read(name).orElseThrow(() -> new IOException("the plan of run " + runId + " vanished")));
        for (String key : new String[] {"start", "end", "definition"}) {
            if (!found.path(key).equals(wanted.path(key))) {
                throw new ConfigException("run " + runId + " had " + key + " "
                        + found.path(key).asText() + ", now it is "
                        + wanted.path(key).asText()
                        + "; a run that is repeated must be the same, so choose another --run-id");
            }
        }
        return new RunPlan(files, runId, Instant.parse(found.path("at").asText()));
    }

    private static String text(Instant instant) {
        return instant == null ? "" : instant.toString();
    }

    /** The time of the run. */
    Instant at() {
        return at;
    }

    /** How far a topic is read: as decided before, else as decided now. */
    TopicRange range(String topic, Supplier<TopicRange> now) {
        return topics.computeIfAbsent(topic, absent -> {
            String name = runId + "." + topic + ".json";
            try {
                String text = files.read(name).orElse(null);
                if (text == null) {
                    files.create(name, now.get().toJson());
                    text = files.read(name).orElseThrow(() -> new IOException("cannot read " + name));
                }
                return TopicRange.parse(text);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException("the plan of run " + runId + ": " + e.getMessage(), e);
            }
        });
    }

    /** Topics that were asked for. */
    Map<String, TopicRange> topics() {
        return Map.copyOf(topics);
    }
}
