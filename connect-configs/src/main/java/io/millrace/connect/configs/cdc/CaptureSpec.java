package io.millrace.connect.configs.cdc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a capture is, as it is kept in the captured database, so that any machine can go on with it.
 *
 * @param name of the capture
 * @param tables captured tables, {@code schema.table}
 * @param keyless those of them without a key: one partition, never compacted
 * @param identities replica identities that are changed, per table: {@code full} or {@code index:NAME}
 * @param role existing role of the connector; null: one is made
 * @param passwordReference how the connector refers to the role's password
 * @param workerHost where the workers reach the database
 * @param workerPort its port there; a number or a reference
 * @param partitions of a topic
 * @param snapshot Debezium's {@code snapshot.mode}
 * @param schemaChanges {@code strict}, {@code evolve} or {@code lenient}
 * @param settings further connector settings: column choices and modes
 */
public record CaptureSpec(
        String name,
        List<String> tables,
        List<String> keyless,
        Map<String, String> identities,
        String role,
        String passwordReference,
        String workerHost,
        String workerPort,
        int partitions,
        String snapshot,
        String schemaChanges,
        Map<String, String> settings) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public CaptureSpec {
        tables = tables.stream().sorted().toList();
        keyless = List.copyOf(keyless);
        identities = new TreeMap<>(identities);
        settings = new TreeMap<>(settings);
    }

    public static CaptureSpec parse(String json) {
        try {
            return JSON.readValue(json, CaptureSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the journal holds no capture: " + e.getOriginalMessage(), e);
        }
    }

    public String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public CaptureNames names() {
        return new CaptureNames(name);
    }

    public Optional<String> givenRole() {
        return Optional.ofNullable(role);
    }

    public String connectorRole() {
        return givenRole().orElse(names().inDatabase());
    }

    /** The same capture of other tables. */
    public CaptureSpec withTables(List<String> others, List<String> withoutKey) {
        return new CaptureSpec(
                name,
                others,
                withoutKey,
                identities,
                role,
                passwordReference,
                workerHost,
                workerPort,
                partitions,
                snapshot,
                schemaChanges,
                settings);
    }

    /** With one more table. */
    public CaptureSpec plus(String table, boolean withoutKey) {
        List<String> more = new ArrayList<>(tables);
        more.add(table);
        List<String> keys = new ArrayList<>(keyless);
        if (withoutKey) {
            keys.add(table);
        }
        return withTables(
                more.stream().distinct().toList(), keys.stream().distinct().toList());
    }

    /** Without one of its tables. */
    public CaptureSpec minus(String table) {
        return withTables(
                tables.stream().filter(one -> !one.equals(table)).toList(),
                keyless.stream().filter(one -> !one.equals(table)).toList());
    }

    /** All topics but Debezium's own: those of the tables, the marker's and the signals'. */
    public List<String> dataTopics() {
        List<String> topics = new ArrayList<>();
        tables.forEach(table -> topics.add(names().topic(table)));
        topics.add(names().topic(names().marker()));
        topics.add(names().topic(names().signal()));
        return topics;
    }
}
