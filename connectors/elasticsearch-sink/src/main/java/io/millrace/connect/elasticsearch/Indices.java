package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RetriableFailure;
import io.millrace.connect.commons.SinkFailure;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
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

    private static final String TEMPLATE = "/_index_template/";

    private final ElasticsearchClient client;
    private final IndexMapping mapping;
    private final IndexDefinition definition;
    private final ContractFields contracts;
    private final boolean withFreshness;
    private final Map<String, Known> byName = new HashMap<>();

    private static final class Known {
        private final String index;
        private final Map<String, Object> wanted;
        private final Map<String, Object> properties = new LinkedHashMap<>();
        private final Set<Schema> schemas = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Set<String> topics = new HashSet<>();

        Known(String index, Map<String, Object> wanted) {
            this.index = index;
            this.wanted = wanted;
        }

        boolean knows(String topic, Schema schema) {
            return topics.contains(topic) && (schema == null || schemas.contains(schema));
        }

        void learnt(String topic, Schema schema) {
            if (schemas.size() >= REMEMBERED_SCHEMAS) {
                schemas.clear();
            }
            topics.add(topic);
            if (schema != null) {
                schemas.add(schema);
            }
        }
    }

    /** @param withFreshness whether documents carry {@code freshness_ms} */
    Indices(ElasticsearchClient client, ElasticsearchSinkConfig config, boolean withFreshness) {
        this.client = client;
        this.mapping = new IndexMapping(config);
        this.definition = new IndexDefinition(config, mapping);
        this.contracts = new ContractFields(config.contracts(), mapping);
        this.withFreshness = withFreshness;
    }

    /**
     * Makes an index ready for a document.
     *
     * @param topic that the record comes from
     * @param schema the document's; null when it has none, or when there is no document
     * @throws RecordFailure when no index can have the fields of this schema
     */
    void ready(String index, String topic, Schema schema) {
        Known known = byName.get(index);
        if (known == null) {
            known = new Known(index, wanted(topic, schema));
            load(known);
            if (byName.size() >= REMEMBERED_INDICES) {
                byName.clear();
            }
            byName.put(index, known);
        }
        if (!known.knows(topic, schema)) {
            grow(known, wanted(topic, schema));
            known.learnt(topic, schema);
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

    /**
     * Follows indices that have grown as far as they may by new ones. To be called when nothing is on its way, so that
     * what is sent again later is not written to two of them. Never fails: it is tried again the next time.
     */
    void rollOver() {
        Map<String, Object> conditions = definition.rolloverConditions();
        if (conditions.isEmpty()) {
            return;
        }
        for (String alias : byName.keySet()) {
            try {
                ElasticsearchClient.Answer answer =
                        client.post("/" + alias + "/_rollover", Map.of("conditions", conditions));
                Map<String, Object> body = Json.object(answer.body());
                if (!answer.isSuccess()) {
                    LOG.warn("{} was not rolled over: {}", alias, answer.error());
                } else if (Boolean.TRUE.equals(body.get("rolled_over"))) {
                    LOG.info("{} is written to {} from now on", alias, body.get("new_index"));
                }
            } catch (RetriableFailure away) {
                LOG.debug("{} was not rolled over", alias, away);
            }
        }
    }

    private void createForDocuments(Known known) {
        switch (definition.kind()) {
            case DATA_STREAM -> {
                putTemplate(known);
                put("/_data_stream/" + known.index, Map.of());
            }
            case ROLLED_OVER -> {
                putTemplate(known);
                put("/" + IndexDefinition.first(known.index), definition.firstOf(known.index));
            }
            default -> put("/" + known.index, definition.index(known.wanted));
        }
    }

    private void putTemplate(Known known) {
        if (definition.kind() != IndexDefinition.Kind.INDEX) {
            put(TEMPLATE + IndexDefinition.templateName(known.index), definition.template(known.index, known.wanted));
        }
    }

    private void put(String path, Map<String, Object> body) {
        ElasticsearchClient.Answer answer = client.put(path, body);
        if (answer.isSuccess()) {
            LOG.info("Created {}", path.substring(1));
        } else if (!answer.error().isExistingIndex()) {
            throw refused(path, answer);
        }
    }

    /** A schema with a field that no index can have is its records' fault and not that of the others. */
    private SinkFailure refused(String path, ElasticsearchClient.Answer answer) {
        return answer.mappingFault()
                .<SinkFailure>map(fault ->
                        new RecordFailure(path.substring(1) + " cannot be made for the value's schema: " + fault))
                .orElseGet(() -> answer.error().failure(client.address()));
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
        // Asked by an alias, the answer names the indices behind it.
        Map<String, Object> answered = Json.object(answer.body());
        answered.keySet()
                .forEach(name ->
                        known.properties.putAll(Json.path(answered, name, "mappings", IndexMapping.PROPERTIES)));
    }

    private void grow(Known known, Map<String, Object> wanted) {
        Map<String, Object> missing = IndexMapping.missing(wanted, known.properties);
        if (missing.isEmpty()) {
            return;
        }
        ElasticsearchClient.Answer answer =
                client.put("/" + known.index + "/_mapping", Map.of(IndexMapping.PROPERTIES, missing));
        if (answer.isSuccess()) {
            LOG.info("Added {} to the mapping of index {}", missing.keySet(), known.index);
            known.wanted.putAll(missing);
            // The next index behind the name is made by the template.
            putTemplate(known);
            load(known);
        } else if (answer.status() == 400) {
            // Documents that do not fit are refused one by one, with the reason, and the others go on.
            LOG.warn("Index {} does not take the fields {}: {}", known.index, missing.keySet(), answer.error());
        } else {
            throw answer.error().failure(client.address());
        }
    }

    private Map<String, Object> wanted(String topic, Schema schema) {
        Map<String, Object> properties = contracts.withUnits(topic, mapping.properties(schema));
        Map<String, Object> wanted = new LinkedHashMap<>(properties);
        contracts.properties(topic).forEach(wanted::putIfAbsent);
        if (withFreshness && !wanted.isEmpty()) {
            wanted.put(OperationWriter.FRESHNESS_MS, IndexMapping.longs());
        }
        return wanted;
    }
}
