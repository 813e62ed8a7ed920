package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.SinkFailure;
import io.millrace.connect.commons.SinkSettings;
import io.millrace.connect.commons.config.SinkValidation;
import io.millrace.connect.elasticsearch.ElasticsearchSinkConfig.WriteMode;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.ContractException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/** What a configuration gets wrong beyond single keys: combinations, and what the server lacks. */
final class ConfigCheck {

    private static final String TOPICS = "topics";

    private final ElasticsearchSinkConfig config;
    private final SinkValidation findings;

    private ConfigCheck(ElasticsearchSinkConfig config, SinkValidation findings) {
        this.config = config;
        this.findings = findings;
    }

    /** Adds its errors to findings that are clean so far. */
    static void run(Map<String, String> properties, SinkValidation findings) {
        ElasticsearchSinkConfig config = new ElasticsearchSinkConfig(properties);
        ConfigCheck check = new ConfigCheck(config, findings);
        check.combinations(properties);
        check.contracts();
        if (findings.isClean() && config.getBoolean(SinkSettings.CONNECTION_CHECK)) {
            check.server();
        }
    }

    private void combinations(Map<String, String> properties) {
        long identities = Stream.of(
                        config.text(ConnectionKeys.USERNAME),
                        config.secret(ConnectionKeys.API_KEY),
                        config.secret(ConnectionKeys.BEARER_TOKEN))
                .filter(java.util.Optional::isPresent)
                .count();
        if (identities > 1) {
            findings.error(
                    ConnectionKeys.API_KEY,
                    "Give one of elasticsearch.username, elasticsearch.api.key and elasticsearch.bearer.token");
        }
        boolean update = config.writeMode().operation() == Operation.UPDATE;
        if (update && config.pipeline().isPresent()) {
            findings.error(WriteKeys.PIPELINE, "Updates do not go through a pipeline; use write.mode=index or create");
        }
        String version = config.getString(WriteKeys.VERSION_FROM);
        if (config.writeMode() != WriteMode.INDEX && version.contains("${")) {
            findings.error(
                    WriteKeys.VERSION_FROM,
                    "Only write.mode=index has versions from outside: Elasticsearch does not take them with other operations");
        }
        if (config.isDataStream() && config.writeMode() != WriteMode.CREATE) {
            findings.error(WriteKeys.DATA_STREAM, "A data stream only takes new documents: set write.mode=create");
        }
        if (config.isDataStream() && config.tombstones().equals(WriteKeys.DELETE)) {
            findings.error(
                    WriteKeys.TOMBSTONES,
                    "Nothing is deleted from a data stream: set tombstones=ignore or dead-letter");
        }
        rollover();
        String topics = properties.getOrDefault(TOPICS, "");
        boolean shared =
                topics.contains(",") && !config.getString(WriteKeys.INDEX_NAME).contains("${topic}");
        boolean apart =
                config.idFrom().equals(WriteKeys.COORDINATES) || config.idFrom().contains("${topic}");
        if (shared && !apart && config.versionFrom().equals(WriteKeys.OFFSET)) {
            findings.error(
                    WriteKeys.VERSION_FROM,
                    "Topics that share an index cannot take their offsets as versions, as those of one topic say nothing about"
                            + " another's: put ${topic} into index.name or id.from, or take the version from a field");
        }
    }

    private void rollover() {
        if (!config.isRolledOver()) {
            return;
        }
        if (config.isDataStream()) {
            findings.error(
                    MappingKeys.ROLLOVER, "A data stream is rolled over by the server: leave one of the two out");
        }
        if (config.writeMode() != WriteMode.CREATE || config.tombstones().equals(WriteKeys.DELETE)) {
            findings.error(
                    MappingKeys.ROLLOVER,
                    "What is in an older index is never changed: set write.mode=create, and tombstones=ignore or dead-letter");
        }
        if (MappingKeys.rolloverConditions(config).isEmpty()
                && config.text(MappingKeys.LIFECYCLE_POLICY).isEmpty()) {
            findings.error(
                    MappingKeys.ROLLOVER,
                    "Say when: set index.rollover.max.age, max.docs or max.size, or index.lifecycle.policy");
        }
    }

    private void contracts() {
        config.contracts().ifPresent(folder -> {
            try {
                Catalogue.read(folder);
            } catch (ContractException unreadable) {
                findings.error(MappingKeys.CONTRACTS, unreadable.getMessage());
            }
        });
    }

    private void server() {
        try (ElasticsearchClient client = new ElasticsearchClient(config)) {
            client.ping();
            if (config.isDataStream()) {
                has(
                        client,
                        "/_data_stream",
                        WriteKeys.DATA_STREAM,
                        "data streams; name indices with ${timestamp:yyyy.MM.dd}, or set index.rollover=true");
            }
            config.text(MappingKeys.LIFECYCLE_POLICY).ifPresent(policy -> {
                if (has(
                        client,
                        "/_ilm/status",
                        MappingKeys.LIFECYCLE_POLICY,
                        "index lifecycle management; leave it empty")) {
                    exists(client, "/_ilm/policy/" + policy, MappingKeys.LIFECYCLE_POLICY, "policy " + policy);
                }
            });
            config.pipeline()
                    .ifPresent(name ->
                            exists(client, "/_ingest/pipeline/" + name, WriteKeys.PIPELINE, "ingest pipeline " + name));
            fieldTypes(client);
        } catch (ConfigException unusable) {
            boolean keys = unusable.getMessage().contains(ConnectionKeys.KEYSTORE);
            findings.error(keys ? ConnectionKeys.KEYSTORE : ConnectionKeys.TRUSTSTORE, unusable.getMessage());
        } catch (FatalFailure refused) {
            String setting = refused.setting().orElse(ConnectionKeys.URL);
            findings.error(setting.equals(ConnectionKeys.PASSWORD) ? identity() : setting, refused.getMessage());
        } catch (SinkFailure unreachable) {
            findings.error(
                    ConnectionKeys.URL,
                    unreachable.getMessage() + "; start it, correct the address, or set connection.check=false");
        }
    }

    /** The key with the secret that is in use. */
    private String identity() {
        return Stream.of(ConnectionKeys.API_KEY, ConnectionKeys.BEARER_TOKEN)
                .filter(key -> config.secret(key).isPresent())
                .findFirst()
                .orElse(ConnectionKeys.PASSWORD);
    }

    /** Which types of fields there are depends on the server's modules. */
    private void fieldTypes(ElasticsearchClient client) {
        IndexMapping mapping = new IndexMapping(config);
        IndexDefinition definition = new IndexDefinition(config, mapping);
        mapping.unusualTypes().forEach((key, property) -> {
            ElasticsearchClient.Answer answer =
                    client.post("/_index_template/_simulate", definition.trial(Map.of("field", property)));
            answer.mappingFault()
                    .ifPresent(fault -> findings.error(
                            key,
                            "The server at " + client.address() + " has no fields of type " + config.getString(key)
                                    + " (" + fault + ")"));
        });
    }

    private boolean has(ElasticsearchClient client, String path, String key, String what) {
        ElasticsearchClient.Answer answer = client.get(path);
        // A user who may write need not be allowed to look.
        boolean has = answer.isSuccess() || answer.status() == 403;
        if (!has) {
            findings.error(key, "The server at " + client.address() + " has no " + what);
        }
        return has;
    }

    private void exists(ElasticsearchClient client, String path, String key, String what) {
        if (client.get(path).status() == 404) {
            findings.error(key, "The server at " + client.address() + " has no " + what + "; create it first");
        }
    }
}
