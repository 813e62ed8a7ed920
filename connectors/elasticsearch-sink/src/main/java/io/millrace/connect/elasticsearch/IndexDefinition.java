package io.millrace.connect.elasticsearch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The bodies of the requests that make indices and data streams. */
final class IndexDefinition {

    /** Above the templates that come with the server, which match logs-*-* and the like with 100 to 200. */
    private static final int PRIORITY = 500;

    private final IndexMapping mapping;
    private final String refreshInterval;
    private final Optional<String> alias;
    private final Optional<String> lifecycle;
    private final boolean dataStream;

    IndexDefinition(ElasticsearchSinkConfig config, IndexMapping mapping) {
        this.mapping = mapping;
        this.refreshInterval = config.getString(MappingKeys.REFRESH_INTERVAL);
        this.alias = config.text(MappingKeys.ALIAS);
        this.lifecycle = config.text(MappingKeys.LIFECYCLE_POLICY);
        this.dataStream = config.isDataStream();
    }

    boolean isDataStream() {
        return dataStream;
    }

    /** An index that is not for documents of records. */
    Map<String, Object> plain(Map<String, Object> properties) {
        return Map.of("settings", settings(Optional.empty()), "mappings", mapping.mapping(properties));
    }

    Map<String, Object> index(Map<String, Object> properties) {
        Map<String, Object> definition = new LinkedHashMap<>();
        definition.put("settings", settings(lifecycle));
        definition.put("mappings", mapping.mapping(properties));
        alias.ifPresent(name -> definition.put("aliases", Map.of(name, Map.of())));
        return definition;
    }

    /** The template of a data stream; it gives the same to every index behind it. */
    Map<String, Object> template(String stream, Map<String, Object> properties) {
        Map<String, Object> all = new LinkedHashMap<>(properties);
        all.putIfAbsent(WriteKeys.TIMESTAMP_FIELD, Map.of("type", "date"));
        return Map.of(
                "index_patterns",
                java.util.List.of(stream),
                "data_stream",
                Map.of(),
                "priority",
                PRIORITY,
                "template",
                index(all));
    }

    static String templateName(String stream) {
        return "millrace-" + stream;
    }

    private Map<String, Object> settings(Optional<String> policy) {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("number_of_shards", 1);
        index.put("auto_expand_replicas", "0-1");
        index.put("refresh_interval", refreshInterval);
        policy.ifPresent(name -> index.put("lifecycle", Map.of("name", name)));
        return Map.of("index", index);
    }
}
