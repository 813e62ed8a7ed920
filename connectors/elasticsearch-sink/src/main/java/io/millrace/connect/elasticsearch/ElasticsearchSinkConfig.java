package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.RecordImage;
import io.millrace.connect.commons.SinkSettings;
import io.millrace.connect.commons.Template;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.http.HttpHost;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/** The configuration of the Elasticsearch sink. */
final class ElasticsearchSinkConfig extends AbstractConfig {

    static final ConfigDef DEFINITION =
            SinkSettings.addTo(MappingKeys.addTo(WriteKeys.addTo(ConnectionKeys.addTo(new ConfigDef()))));

    /** What becomes of a record with a value. */
    enum WriteMode {
        INDEX(Operation.INDEX),
        CREATE(Operation.CREATE),
        UPDATE(Operation.UPDATE),
        UPSERT(Operation.UPDATE);

        private final Operation operation;

        WriteMode(Operation operation) {
            this.operation = operation;
        }

        Operation operation() {
            return operation;
        }
    }

    ElasticsearchSinkConfig(Map<String, String> properties) {
        super(DEFINITION, properties, false);
    }

    List<HttpHost> hosts() {
        return ConnectionKeys.hosts(ConnectionKeys.URL, getList(ConnectionKeys.URL));
    }

    /** A text that may be empty, which counts as nothing. */
    Optional<String> text(String key) {
        return Optional.ofNullable(getString(key)).filter(text -> !text.isEmpty());
    }

    /** A secret that may be empty, which counts as nothing. */
    Optional<String> secret(String key) {
        return Optional.ofNullable(getPassword(key)).map(Password::value).filter(text -> !text.isEmpty());
    }

    boolean isCompressed() {
        return ConnectionKeys.GZIP.equals(getString(ConnectionKeys.COMPRESSION));
    }

    WriteMode writeMode() {
        return WriteMode.valueOf(getString(WriteKeys.WRITE_MODE).toUpperCase(Locale.ROOT));
    }

    Template indexName() {
        return Template.parse(WriteKeys.INDEX_NAME, getString(WriteKeys.INDEX_NAME));
    }

    boolean isDataStream() {
        return getBoolean(WriteKeys.DATA_STREAM);
    }

    boolean isRolledOver() {
        return getBoolean(MappingKeys.ROLLOVER);
    }

    /** Whether documents are only ever added, each by one record. */
    boolean isAppending() {
        return isDataStream() || isRolledOver();
    }

    /** The folder of the contracts; empty for none. */
    Optional<Path> contracts() {
        return text(MappingKeys.CONTRACTS).map(Path::of);
    }

    String idFrom() {
        return getString(WriteKeys.ID_FROM);
    }

    /** Only a document that is written as a whole can have a version from outside. */
    String versionFrom() {
        return writeMode() == WriteMode.INDEX ? getString(WriteKeys.VERSION_FROM) : WriteKeys.NONE;
    }

    /** Whether versions are the source's own, of which several records may have the same. */
    boolean hasVersionsOfTheSource() {
        return versionFrom().contains("${");
    }

    Optional<Template> routingFrom() {
        return text(WriteKeys.ROUTING_FROM).map(text -> Template.parse(WriteKeys.ROUTING_FROM, text));
    }

    Optional<String> pipeline() {
        return text(WriteKeys.PIPELINE);
    }

    String tombstones() {
        return getString(WriteKeys.TOMBSTONES);
    }

    RecordImage.Envelope envelope() {
        return RecordImage.Envelope.valueOf(getString(WriteKeys.ENVELOPE).toUpperCase(Locale.ROOT));
    }
}
