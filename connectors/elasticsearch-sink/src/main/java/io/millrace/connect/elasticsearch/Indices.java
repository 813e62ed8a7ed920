package io.millrace.connect.elasticsearch;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that indices exist and have the fields of the schemas that are written to them. */
final class Indices {

    private static final Logger LOG = LoggerFactory.getLogger(Indices.class);

    /** More schemas than a topic has at a time; only bounds what a converter without a cache could pile up. */
    private static final int REMEMBERED_SCHEMAS = 64;

    /** More than are written to at a time, as daily indices pile up over the years. */
    private static final int REMEMBERED_INDICES = 1_000;

    private final ElasticsearchClient client;
    private final IndexMapping mapping;
    private final IndexDefinition definition;
    private final boolean withFreshness;
    private final Map<String, Known> byName = new HashMap<>();

    private static final class Known {
        private final String index;
        private final Map<String, Object> wanted;
        private final Map<String, Object> properties = new LinkedHashMap<>();
        private final Set<Schema> schemas = Collections.newSetFromMap(new IdentityHashMap<>());

        Known(String index, Map<String, Object> wanted) {
            this.index = index;
            this.wanted = wanted;
        }
    }

    /** @param withFreshness whether documents carry {@code freshness_ms} */
    Indices(ElasticsearchClient client, ElasticsearchSinkConfig config, boolean withFreshness) {
        this.client = client;
        this.mapping = new IndexMapping(config);
        this.definition = new IndexDefinition(config, mapping);
        this.withFreshness = withFreshness;
    }

    /**
     * Makes an index ready for a document.
     *
     * @param schema the document's; null when it has none, or when there is no document
     */
    void ready(String index, Schema schema) {
        Known known = byName.get(index);
        if (known == null) {
            known = new Known(index, wanted(schema));
            load(known);
            if (byName.size() >= REMEMBERED_INDICES) {
                byName.clear();
            }
            byName.put(index, known);
        }
        if (schema != null && !known.schemas.contains(schema)) {
            grow(known, schema);
            if (known.schemas.size() >= REMEMBERED_SCHEMAS) {
                known.schemas.clear();
            }
            known.schemas.add(schema);
        }
    }

    /** Makes sure that the indices are still there, for documents that have been written for them before. */
    void restore() {
        byName.values().forEach(this::load);
    }

    /** Whether an index is there now. */
    boolean exists(String index) {
        ElasticsearchClient.Answer answer = client.head("/" + index);
        if (answer.isSuccess() || answer.status() == 404) {
            return answer.isSuccess();
        }
        throw answer.error().failure(client.address());
    }

    /** Creates an index unless it is there, with nothing but its mapping. */
    void create(String index, Map<String, Object> properties) {
        put("/" + index, definition.plain(properties));
    }

    private void createForDocuments(Known known) {
        if (definition.isDataStream()) {
            put(
                    "/_index_template/" + IndexDefinition.templateName(known.index),
                    definition.template(known.index, known.wanted));
            put("/_data_stream/" + known.index, Map.of());
        } else {
            put("/" + known.index, definition.index(known.wanted));
        }
    }

    private void put(String path, Map<String, Object> body) {
        ElasticsearchClient.Answer answer = client.put(path, body);
        if (answer.isSuccess()) {
            LOG.info("Created {}", path.substring(1));
        } else if (!answer.error().isExistingIndex()) {
            throw answer.error().failure(client.address());
        }
    }

    private void load(Known known) {
        if (!exists(known.index)) {
            createForDocuments(known);
        }
        ElasticsearchClient.Answer answer = client.get("/" + known.index + "/_mapping");
        if (!answer.isSuccess()) {
            throw answer.error().failure(client.address());
        }
        known.properties.clear();
        // Asked by an alias, the answer names the index behind it.
        Map<String, Object> answered = Json.object(answer.body());
        answered.keySet().forEach(name -> known.properties.putAll(Json.path(answered, name, "mappings", "properties")));
    }

    private void grow(Known known, Schema schema) {
        Map<String, Object> missing = IndexMapping.missing(wanted(schema), known.properties);
        if (missing.isEmpty()) {
            return;
        }
        ElasticsearchClient.Answer answer = client.put("/" + known.index + "/_mapping", Map.of("properties", missing));
        if (answer.isSuccess()) {
            LOG.info("Added {} to the mapping of index {}", missing.keySet(), known.index);
            known.wanted.putAll(missing);
            if (definition.isDataStream()) {
                // The next index behind the stream is made by the template.
                put(
                        "/_index_template/" + IndexDefinition.templateName(known.index),
                        definition.template(known.index, known.wanted));
            }
            load(known);
        } else if (answer.status() == 400) {
            // Documents that do not fit are refused one by one, with the reason, and the others go on.
            LOG.warn("Index {} does not take the fields {}: {}", known.index, missing.keySet(), answer.error());
        } else {
            throw answer.error().failure(client.address());
        }
    }

    private Map<String, Object> wanted(Schema schema) {
        Map<String, Object> properties = mapping.properties(schema);
        if (withFreshness && !properties.isEmpty()) {
            properties.put(OperationWriter.FRESHNESS_MS, IndexMapping.longs());
        }
        return properties;
    }
}
