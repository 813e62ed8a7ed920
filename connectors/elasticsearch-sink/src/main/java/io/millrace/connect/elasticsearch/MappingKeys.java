package io.millrace.connect.elasticsearch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys that say how the indices are made that the sink makes. */
final class MappingKeys {

    static final String REFRESH_INTERVAL = "index.refresh.interval";
    static final String LIFECYCLE_POLICY = "index.lifecycle.policy";
    static final String ALIAS = "index.alias";
    static final String ROLLOVER = "index.rollover";
    static final String ROLLOVER_MAX_AGE = "index.rollover.max.age";
    static final String ROLLOVER_MAX_DOCS = "index.rollover.max.docs";
    static final String ROLLOVER_MAX_SIZE = "index.rollover.max.size";
    static final String CONTRACTS = "mapping.contracts";
    static final String DYNAMIC = "mapping.dynamic";
    static final String STRINGS = "mapping.strings";
    static final String DECIMALS = "mapping.decimals";
    static final String MAPS = "mapping.maps";

    static final String DOUBLE = "double";
    static final String SCALED = "scaled_float";
    static final String OBJECT = "object";
    static final String TEXT = "text";

    private static final String GROUP = "Indices";

    private MappingKeys() {}

    static ConfigDef addTo(ConfigDef config) {
        text(
                config,
                REFRESH_INTERVAL,
                "1s",
                1,
                "Refresh interval",
                "How soon a write can be searched for, as an Elasticsearch time; used when the sink creates an index.");
        text(
                config,
                ALIAS,
                "",
                2,
                "Alias",
                "Alias that every index which the sink creates gets, so that readers need one name; empty for none.");
        text(
                config,
                LIFECYCLE_POLICY,
                "",
                3,
                "Lifecycle policy",
                "Policy of index lifecycle management (ILM) for indices and data streams that the sink creates; empty for none.");
        config.define(
                ROLLOVER,
                Type.BOOLEAN,
                false,
                Importance.LOW,
                "Whether index.name is an alias of indices that follow each other, of which the newest is written to; for"
                        + " servers without data streams. Needs write.mode=create, and a lifecycle policy or one of the next three.",
                GROUP,
                4,
                Width.SHORT,
                "Rollover");
        text(
                config,
                ROLLOVER_MAX_AGE,
                "",
                5,
                "Rollover at age",
                "Age of an index, as 7d, at which the sink has it followed by a new one; empty for none.");
        config.define(
                ROLLOVER_MAX_DOCS,
                Type.LONG,
                0L,
                Range.atLeast(0),
                Importance.LOW,
                "Number of documents at which it does so; 0 for none.",
                GROUP,
                6,
                Width.SHORT,
                "Rollover at documents");
        text(
                config,
                ROLLOVER_MAX_SIZE,
                "",
                7,
                "Rollover at size",
                "Size of an index without its replicas, as 50gb, at which it does so; empty for none.");
        text(
                config,
                CONTRACTS,
                "",
                8,
                "Contracts",
                "Folder of contracts on the worker's machine, a folder for each topic: their fields are in the mapping from the"
                        + " start, with their units as metadata; empty for none.");
        choice(
                config,
                DYNAMIC,
                List.of("true", "false", "strict"),
                9,
                "Dynamic",
                "What becomes of fields that the mapping lacks: true: they are added. false: they are kept but cannot be searched."
                        + " strict: the document is refused.");
        choice(
                config,
                STRINGS,
                List.of("keyword", TEXT),
                10,
                "Strings",
                "keyword: for exact filters and aggregations. text: for full-text search, with a keyword beside it as"
                        + " FIELD.keyword.");
        choice(
                config,
                DECIMALS,
                List.of(DOUBLE, SCALED, "keyword"),
                11,
                "Decimals",
                "How decimals are indexed; the document keeps all digits anyhow. double rounds after 15 digits, scaled_float keeps"
                        + " the scale up to 2^63, keyword keeps everything and is no number.");
        choice(
                config,
                MAPS,
                List.of(OBJECT, "flattened", "flat_object"),
                12,
                "Maps",
                "How maps are indexed: object: a field for each name. flattened (Elasticsearch) or flat_object (OpenSearch): one"
                        + " field for all, for maps with many names.");
        return config;
    }

    /** As the server takes them; empty when there are none. */
    static Map<String, Object> rolloverConditions(ElasticsearchSinkConfig config) {
        Map<String, Object> conditions = new LinkedHashMap<>();
        config.text(ROLLOVER_MAX_AGE).ifPresent(age -> conditions.put("max_age", age));
        if (config.getLong(ROLLOVER_MAX_DOCS) > 0) {
            conditions.put("max_docs", config.getLong(ROLLOVER_MAX_DOCS));
        }
        config.text(ROLLOVER_MAX_SIZE).ifPresent(size -> conditions.put("max_size", size));
        return conditions;
    }

    private static void text(
            ConfigDef config, String name, String defaultValue, int order, String title, String documentation) {
        config.define(
                name, Type.STRING, defaultValue, Importance.MEDIUM, documentation, GROUP, order, Width.SHORT, title);
    }

    private static void choice(
            ConfigDef config, String name, List<String> choices, int order, String title, String documentation) {
        config.define(
                name,
                Type.STRING,
                choices.get(0),
                ValidString.in(choices.toArray(String[]::new)),
                Importance.LOW,
                documentation,
                GROUP,
                order,
                Width.SHORT,
                title);
    }
}
