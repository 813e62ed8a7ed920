package io.millrace.connect.elasticsearch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bodies of the requests that make indices and data streams. */
final class IndexDefinition {

    /** What is behind the name that records are written to. */
    enum Kind {
        INDEX,
        DATA_STREAM,
        /** An alias, whose newest index is written to. */
        ROLLED_OVER
    }

    /** Above the templates that come with the server, which match logs-*-* and the like with 100 to 200. */
    private static final int PRIORITY = 500;

    private static final String FIRST = "-000001";

    private final IndexMapping mapping;
    private final String refreshInterval;
    private final Optional<String> alias;
    private final Optional<String> lifecycle;
    private final Map<String, Object> conditions;
    private final Kind kind;

    IndexDefinition(ElasticsearchSinkConfig config, IndexMapping mapping) {
        this.mapping = mapping;
        this.refreshInterval = config.getString(MappingKeys.REFRESH_INTERVAL);
        this.alias = config.text(MappingKeys.ALIAS);
        this.lifecycle = config.text(MappingKeys.LIFECYCLE_POLICY);
        this.conditions = MappingKeys.rolloverConditions(config);
        this.kind = config.isDataStream() ? Kind.DATA_STREAM : config.isRolledOver() ? Kind.ROLLED_OVER : Kind.INDEX;
    }

    Kind kind() {
        return kind;
    }

    /** When an index behind an alias is followed by a new one; empty when that is not up to the sink. */
    Map<String, Object> rolloverConditions() {
        return kind == Kind.ROLLED_OVER ? conditions : Map.of();
    }

    /** An index that is not for documents of records. */
    Map<String, Object> plain(Map<String, Object> properties) {
        return Map.of("settings", settings(Map.of()), "mappings", mapping.mapping(properties));
    }

    /** An index by its own name. */
    Map<String, Object> index(Map<String, Object> properties) {
        return body(properties, Map.of());
    }

    /** The name of the first index behind an alias; the server counts on from it. */
    static String first(String alias) {
        return alias + FIRST;
    }

    /** The first index behind an alias; the rest of its definition is the template's. */
    Map<String, Object> firstOf(String name) {
        return Map.of("aliases", Map.of(name, Map.of("is_write_index", true)));
    }

    /** The template of a data stream or of the indices behind an alias; it gives the same to every one of them. */
    Map<String, Object> template(String name, Map<String, Object> properties) {
        Map<String, Object> template = new LinkedHashMap<>();
        template.put("priority", PRIORITY);
        if (kind == Kind.DATA_STREAM) {
            Map<String, Object> all = new LinkedHashMap<>(properties);
            all.putIfAbsent(WriteKeys.TIMESTAMP_FIELD, Map.of("type", "date"));
            template.put("index_patterns", List.of(name));
            template.put("data_stream", Map.of());
            template.put("template", body(all, Map.of()));
        } else {
            // The zero keeps it apart from the templates of names that begin with this one.
            template.put("index_patterns", List.of(name + "-0*"));
            template.put(
                    "template", body(properties, lifecycle.isPresent() ? Map.of("rollover_alias", name) : Map.of()));
        }
        return template;
    }

    static String templateName(String name) {
        return "millrace-" + name;
    }

    /** An index of no name with one field, to learn what the server thinks of it. */
    Map<String, Object> trial(Map<String, Object> properties) {
        return Map.of(
                "index_patterns",
                List.of("millrace-trial"),
                "priority",
                PRIORITY,
                "template",
                Map.of("mappings", mapping.mapping(properties)));
    }

    private Map<String, Object> body(Map<String, Object> properties, Map<String, String> lifecycleMore) {
        Map<String, Object> definition = new LinkedHashMap<>();
        Map<String, String> settings = new LinkedHashMap<>(lifecycleMore);
        lifecycle.ifPresent(policy -> settings.put("name", policy));
        definition.put("settings", settings(settings));
        definition.put("mappings", mapping.mapping(properties));
        alias.ifPresent(name -> definition.put("aliases", Map.of(name, Map.of())));
        return definition;
    }

    private Map<String, Object> settings(Map<String, String> lifecycleSettings) {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("number_of_shards", 1);
        index.put("auto_expand_replicas", "0-1");
        index.put("refresh_interval", refreshInterval);
        if (!lifecycleSettings.isEmpty()) {
            index.put("lifecycle", lifecycleSettings);
        }
        return Map.of("index", index);
    }
}
