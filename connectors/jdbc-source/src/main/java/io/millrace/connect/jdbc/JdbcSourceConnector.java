package io.millrace.connect.jdbc;

import io.millrace.connect.commons.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.util.ConnectorUtils;

/** Polls tables and queries of databases, with the keys of kafka-connect-jdbc. See the README of the module. */
public final class JdbcSourceConnector extends SourceConnector {
    private Map<String, String> properties = Map.of();
    private TableMonitor monitor;

    @Override
    public String version() {
        return Version.of(JdbcSourceConnector.class);
    }

    @Override
    public ConfigDef config() {
        return JdbcSourceKeys.definition();
    }

    @Override
    public Config validate(Map<String, String> given) {
        return new ConfigCheck(given).result();
    }

    @Override
    public void start(Map<String, String> given) {
        properties = new HashMap<>(given);
        JdbcSourceConfig config = new JdbcSourceConfig(given);
        if (config.query().isEmpty()) {
            monitor = new TableMonitor(config, context::requestTaskReconfiguration, context::raiseError);
            monitor.start();
        }
    }

    @Override
    public Class<? extends Task> taskClass() {
        return JdbcSourceTask.class;
    }

    /** One task for the query; else the tables are shared out. No task while there is no table. */
    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        if (monitor == null) {
            return List.of(properties);
        }
        List<TableName> tables = monitor.tables();
        List<Map<String, String>> tasks = new ArrayList<>();
        if (!tables.isEmpty()) {
            for (List<TableName> share : ConnectorUtils.groupPartitions(tables, Math.min(maxTasks, tables.size()))) {
                Map<String, String> task = new HashMap<>(properties);
                task.put(
                        JdbcSourceTask.TABLES,
                        share.stream().map(TableName::encoded).collect(Collectors.joining(",")));
                tasks.add(task);
            }
        }
        return tasks;
    }

    @Override
    public void stop() {
        if (monitor != null) {
            monitor.close();
        }
    }

    /** A table read as a whole again and again has no place to go on from. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> given) {
        return new JdbcSourceConfig(given).mode() == Mode.BULK
                ? ExactlyOnceSupport.UNSUPPORTED
                : ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public boolean alterOffsets(Map<String, String> given, Map<Map<String, ?>, Map<String, ?>> offsets) {
        Offsets.check(new JdbcSourceConfig(given), offsets);
        return true;
    }
}
