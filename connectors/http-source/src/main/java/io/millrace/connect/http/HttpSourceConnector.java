package io.millrace.connect.http;

import io.millrace.connect.commons.NumberedTasksConnector;
import io.millrace.connect.commons.config.ConnectorKeys;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/**
 * Takes events over HTTP, checks them against their contract, and answers 200 when every record of the request is in
 * Kafka. See the README of the module for keys and answers.
 * Tasks on the same worker share the port, those on others have it there. An event that a client sends again after a 503
 * is told by its event_id.
 */
public final class HttpSourceConnector extends NumberedTasksConnector {
    public HttpSourceConnector() {
        super(HttpSourceConfig.TASK);
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public ConfigDef config() {
        return HttpSourceKeys.DEFINITION;
    }

    @Override
    public Config validate(Map<String, String> given) {
        Config checked = super.validate(given);
        ConfigChecks.addTo(checked, given);
        return new ConnectorKeys(config()).refuseUnknown(checked, given);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return HttpSourceTask.class;
    }

    /** Offsets mean nothing to this connector, so any change of them is fine. */
    @Override
    public boolean alterOffsets(Map<String, String> given, Map<Map<String, ?>, Map<String, ?>> offsets) {
        return true;
    }
}
