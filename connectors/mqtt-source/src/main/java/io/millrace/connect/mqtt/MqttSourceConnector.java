package io.millrace.connect.mqtt;

import io.millrace.connect.commons.Version;
import io.millrace.connect.commons.config.SinkValidation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Takes messages from an MQTT broker and acknowledges each when its record is in Kafka. See the README of the module for
 * keys and guarantees.
 */
public final class MqttSourceConnector extends SourceConnector {
    static final String VERSION = Version.of(MqttSourceConnector.class);

    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public ConfigDef config() {
        return MqttKeys.DEFINITION;
    }

    @Override
    public Config validate(Map<String, String> given) {
        SinkValidation validation = new SinkValidation(MqttKeys.DEFINITION, given, name -> false);
        ConfigCheck check = new ConfigCheck(given, validation);
        if (validation.isClean()) {
            check.keysTogether();
        }
        if (validation.isClean()) {
            check.connection();
        }
        return validation.result();
    }

    @Override
    public void start(Map<String, String> given) {
        properties = Map.copyOf(given);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return MqttSourceTask.class;
    }

    /** Always as many as are allowed: each is a member of the shared subscription, under a client id of its own. */
    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return IntStream.range(0, maxTasks)
                .mapToObj(task -> {
                    Map<String, String> config = new HashMap<>(properties);
                    config.put(MqttSourceConfig.TASK, Integer.toString(task));
                    return Map.copyOf(config);
                })
                .toList();
    }

    @Override
    public void stop() {
        // The tasks hold the connections.
    }

    /** Connect writes each record once; a message that the broker sends again is told by its event_id. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> given) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> given) {
        return ConnectorTransactionBoundaries.UNSUPPORTED;
    }

    /** The position is the broker's, so any change of offsets is fine, and changes nothing. */
    @Override
    public boolean alterOffsets(Map<String, String> given, Map<Map<String, ?>, Map<String, ?>> offsets) {
        return true;
    }
}
