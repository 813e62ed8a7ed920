package io.millrace.connect.file;

import io.millrace.connect.commons.NumberedTasksConnector;
import io.millrace.connect.commons.Version;
import io.millrace.connect.commons.config.SinkValidation;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/** Reads files of a folder, or objects of a bucket, each record once. See the README of the module. */
public final class FileSourceConnector extends NumberedTasksConnector {
    static final String VERSION = Version.of(FileSourceConnector.class);

    public FileSourceConnector() {
        super(FileSourceConfig.TASK);
    }

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
    public Class<? extends Task> taskClass() {
        return FileSourceTask.class;
    }

    /**
     * As many as are allowed. Each finds its own files by their identity, so that a new file restarts no task: telling the
     * tasks of it would be a reconfiguration, and that stops all of them.
     */
    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> tasks = super.taskConfigs(maxTasks);
        tasks.forEach(task -> task.put(FileSourceConfig.TASKS, Integer.toString(maxTasks)));
        return tasks;
    }

    @Override
    public boolean alterOffsets(Map<String, String> given, Map<Map<String, ?>, Map<String, ?>> offsets) {
        offsets.forEach(FileOffset::check);
        return true;
    }
}
