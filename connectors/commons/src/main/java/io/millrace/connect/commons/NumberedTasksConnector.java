package io.millrace.connect.commons;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * A source with as many tasks as it may have, each with the connector's settings and a number. Connect writes each of its
 * records once when the worker supports that; the tasks do everything else.
 */
public abstract class NumberedTasksConnector extends SourceConnector {
    private final String numberKey;
    private Map<String, String> properties = Map.of();

    /** @param numberKey key under which a task finds its number, which counts from zero */
    protected NumberedTasksConnector(String numberKey) {
        this.numberKey = numberKey;
    }

    @Override
    public void start(Map<String, String> given) {
        properties = Map.copyOf(given);
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return IntStream.range(0, maxTasks).mapToObj(this::taskConfig).toList();
    }

    private Map<String, String> taskConfig(int task) {
        Map<String, String> config = new HashMap<>(properties);
        config.put(numberKey, Integer.toString(task));
        return config;
    }

    @Override
    public void stop() {
        // Whatever is open belongs to the tasks.
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> given) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> given) {
        return ConnectorTransactionBoundaries.UNSUPPORTED;
    }
}
