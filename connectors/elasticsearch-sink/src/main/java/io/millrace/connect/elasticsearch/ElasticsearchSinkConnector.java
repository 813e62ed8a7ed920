package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.LedgeredSinkConnector;
import io.millrace.connect.commons.Version;
import io.millrace.connect.commons.config.SinkValidation;
import java.util.Map;
import org.apache.kafka.common.config.Config;

/** Keeps one Elasticsearch document per record key up to date with Kafka topics. */
public final class ElasticsearchSinkConnector extends LedgeredSinkConnector {

    static final String VERSION = Version.of(ElasticsearchSinkConnector.class);

    public ElasticsearchSinkConnector() {
        super(VERSION, ElasticsearchSinkTask.class, ElasticsearchSinkConfig.DEFINITION);
    }

    @Override
    public Config validate(Map<String, String> properties) {
        SinkValidation validation = new SinkValidation(ElasticsearchSinkConfig.DEFINITION, properties, key -> false);
        if (validation.isClean()) {
            ConfigCheck.run(properties, validation);
        }
        return validation.result();
    }
}
