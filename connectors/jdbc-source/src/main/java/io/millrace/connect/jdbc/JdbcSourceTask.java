package io.millrace.connect.jdbc;

import io.millrace.connect.commons.Version;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Reads some tables, or the query; see {@link JdbcSourceConnector}. */
public final class JdbcSourceTask extends SourceTask {
    /** The tables of the task, in a text form; not set for a query. */
    static final String TABLES = "tables";

    private Poller poller;

    @Override
    public String version() {
        return Version.of(JdbcSourceTask.class);
    }

    @Override
    public void start(Map<String, String> properties) {
        JdbcSourceConfig config = new JdbcSourceConfig(properties);
        List<TableName> tables = config.query().isPresent()
                ? Collections.singletonList(null)
                : Arrays.stream(properties.getOrDefault(TABLES, "").split(","))
                        .filter(text -> !text.isEmpty())
                        .map(TableName::decoded)
                        .toList();
        SourceMetrics metrics = new SourceMetrics();
        metrics.show(context);
        poller = new Poller(
                config, tables, context.offsetStorageReader(), metrics, Clock.systemUTC(), new SecureRandom());
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        return poller.poll();
    }

    /** Connect calls this on the thread that polls, after the last poll. */
    @Override
    public void stop() {
        if (poller != null) {
            poller.stop();
            poller.close();
        }
    }
}
