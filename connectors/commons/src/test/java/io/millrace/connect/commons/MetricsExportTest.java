package io.millrace.connect.commons;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.testing.RecordingContext;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.Test;

class MetricsExportTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(10_000), ZoneOffset.UTC);

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    void theNumbersAreInJmxEvenWithoutPluginMetrics() throws Exception {
        SinkMetrics metrics = new SinkMetrics(CLOCK);
        ObjectName name = new ObjectName("io.millrace.connect:type=some-sink,connector=\"a:b\",task=\"1\"");
        try (MetricsExport exported = export(metrics)) {
            metrics.wrote(10, 100, 3_000_000);
            metrics.wrote(30, 100, 5_000_000);
            metrics.oldestEvent(7_500);
            assertThat(exported).isNotNull();
            assertThat(server.getAttribute(name, "records-total")).isEqualTo(40L);
            assertThat(server.getAttribute(name, "batch-records-avg")).isEqualTo(20.0);
            assertThat(server.getAttribute(name, "write-latency-ms-avg")).isEqualTo(4.0);
            assertThat(server.getAttribute(name, "write-latency-ms-max")).isEqualTo(5.0);
            assertThat((double) server.getAttribute(name, "write-latency-ms-p99"))
                    .isBetween(4.0, 8.2);
            assertThat(server.getAttribute(name, "oldest-event-age-ms")).isEqualTo(2_500L);
            assertThat(server.getMBeanInfo(name).getAttributes())
                    .hasSize(metrics.all().size());
        }
        assertThat(server.isRegistered(name)).isFalse();
    }

    @Test
    void aTaskThatStopsLateDoesNotTakeTheNumbersOfTheNextOneAway() throws Exception {
        ObjectName name = new ObjectName("io.millrace.connect:type=some-sink,connector=\"a:b\",task=\"1\"");
        MetricsExport before = export(new SinkMetrics(CLOCK));
        SinkMetrics metrics = new SinkMetrics(CLOCK);
        MetricsExport after = export(metrics);
        metrics.wrote(1, 1, 1);
        before.close();
        assertThat(server.getAttribute(name, "records-total")).isEqualTo(1L);
        after.close();
        assertThat(server.isRegistered(name)).isFalse();
    }

    @Test
    void aTaskStartsWhileTheOneBeforeStillHasItsPluginMetrics() throws Exception {
        ObjectName name = new ObjectName("io.millrace.connect:type=some-sink,connector=\"a:b\",task=\"1\"");
        PluginMetrics taken = stub(PluginMetrics.class, Map.of(), "addMetric");
        SinkTaskContext context = stub(SinkTaskContext.class, Map.of("pluginMetrics", taken), "");
        try (MetricsExport exported = MetricsExport.of(new SinkMetrics(CLOCK), "some-sink", "a:b", "1", context)) {
            assertThat(exported).isNotNull();
            assertThat(server.isRegistered(name)).isTrue();
        }
    }

    private static <T> T stub(Class<T> type, Map<String, Object> answers, String refuses) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    if (method.getName().equals(refuses)) {
                        throw new IllegalArgumentException("a metric of that name exists");
                    }
                    return answers.get(method.getName());
                }));
    }

    private static MetricsExport export(SinkMetrics metrics) {
        return MetricsExport.of(metrics, "some-sink", "a:b", "1", new RecordingContext(true));
    }
}
