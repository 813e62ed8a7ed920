package io.millrace.connect.mqtt;

import io.millrace.connect.commons.NumberedTasksConnector;
import io.millrace.connect.commons.Version;
import io.millrace.connect.commons.config.SinkValidation;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/**
 * Takes messages from an MQTT broker and acknowledges each when its record is in Kafka. See the README of the module for
 * keys and guarantees.
 * Every task is a member of the shared subscription, under a client id of its own. A message that the broker sends again
 * is told by its event_id.
 */
public final class MqttSourceConnector extends NumberedTasksConnector {
    static final String VERSION = Version.of(MqttSourceConnector.class);

    public MqttSourceConnector() {
        super(MqttSourceConfig.TASK);
    }

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
    public Class<? extends Task> taskClass() {
        return MqttSourceTask.class;
    }

    /** The position is the broker's, so any change of offsets is fine, and changes nothing. */
    @Override
    public boolean alterOffsets(Map<String, String> given, Map<Map<String, ?>, Map<String, ?>> offsets) {
        return true;
    }
}
