package io.millrace.connect.file;

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

/** Reads files of a folder, or objects of a bucket, each record once. See the README of the module. */
public final class FileSourceConnector extends SourceConnector {
    static final String VERSION = Version.of(FileSourceConnector.class);

    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public ConfigDef config() {
        return FileKeys.DEFINITION;
    }

    @Override
    public Config validate(Map<String, String> given) {
        SinkValidation validation = new SinkValidation(FileKeys.DEFINITION, given, name -> false);
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
        return FileSourceTask.class;
    }

    /**
     * As many as are allowed. Each finds its own files by their identity, so that a new file restarts no task: telling the
     * tasks of it would be a reconfiguration, and that stops all of them.
     */
    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return IntStream.range(0, maxTasks)
                .mapToObj(task -> {
                    Map<String, String> config = new HashMap<>(properties);
                    config.put(FileSourceConfig.TASK, Integer.toString(task));
                    config.put(FileSourceConfig.TASKS, Integer.toString(maxTasks));
                    return Map.copyOf(config);
                })
                .toList();
    }

    @Override
    public void stop() {
        // The tasks do everything.
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> given) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> given) {
        return ConnectorTransactionBoundaries.UNSUPPORTED;
    }

    @Override
    public boolean alterOffsets(Map<String, String> given, Map<Map<String, ?>, Map<String, ?>> offsets) {
        offsets.forEach(FileOffset::check);
        return true;
    }
}
