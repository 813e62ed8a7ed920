package io.millrace.connect.http;

import io.millrace.connect.commons.config.ConnectorKeys;
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
 * Takes events over HTTP, checks them against their contract, and answers 200 when every record of the request is in
 * Kafka. See the README of the module for keys and answers.
 */
public final class HttpSourceConnector extends SourceConnector {
    private Map<String, String> properties = Map.of();

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
    public void start(Map<String, String> given) {
        properties = Map.copyOf(given);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return HttpSourceTask.class;
    }

    /** Tasks on the same worker share the port; those on others have it there. */
    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return IntStream.range(0, maxTasks)
                .mapToObj(number -> {
                    Map<String, String> task = new HashMap<>(properties);
                    task.put(HttpSourceConfig.TASK, String.valueOf(number));
                    return task;
                })
                .toList();
    }

    @Override
    public void stop() {
        // The tasks own the port.
    }

    /** Connect writes each record once; a client that sends one again after a 503 is told apart by its event_id. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> given) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> given) {
        return ConnectorTransactionBoundaries.UNSUPPORTED;
    }

    /** Offsets mean nothing to this connector, so any change of them is fine. */
    @Override
    public boolean alterOffsets(Map<String, String> given, Map<Map<String, ?>, Map<String, ?>> offsets) {
        return true;
    }
}
