package io.millrace.connect.redis;

import io.millrace.connect.commons.LedgeredSinkConnector;
import io.millrace.connect.commons.Version;
import io.millrace.connect.commons.config.SinkValidation;
import java.util.Map;
import org.apache.kafka.common.config.Config;

/** Keeps Redis up to date with Kafka topics. See the README of the module for modes and keys. */
public final class RedisSinkConnector extends LedgeredSinkConnector {

    static final String VERSION = Version.of(RedisSinkConnector.class);

    public RedisSinkConnector() {
        super(VERSION, RedisSinkTask.class, RedisSinkConfig.DEFINITION);
    }

    @Override
    public Config validate(Map<String, String> properties) {
        SinkValidation validation =
                new SinkValidation(RedisSinkConfig.DEFINITION, properties, name -> WriteKeys.ofTopic(name)
                        .isPresent());
        ConfigCheck check = new ConfigCheck(properties, validation);
        check.everyKeyByItself();
        if (validation.isClean()) {
            check.keysTogether();
        }
        if (validation.isClean()) {
            check.connection();
        }
        return validation.result();
    }
}
