package io.millrace.connect.commons;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a task's numbers as the MBean {@code io.millrace.connect:type=KIND,connector=NAME,task=N} and, on workers that
 * have them (Connect 4.1 and newer), as Connect's own plugin metrics.
 */
public final class MetricsExport implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsExport.class);

    /** Not among the attributes that are shown: which task an MBean of the name belongs to. */
    private static final String OWNER = "owner";

    private final ObjectName name;
    private final String owner;

    private MetricsExport(ObjectName name, String owner) {
        this.name = name;
        this.owner = owner;
    }

    /** Never fails: a task works without being watched. */
    static MetricsExport of(SinkMetrics metrics, String kind, String connector, String task, SinkTaskContext context) {
        return of(metrics.all(), kind, connector, task, () -> context.pluginMetrics());
    }

    /**
     * Shows numbers. Never fails: a task works without being watched.
     *
     * @param all the numbers by name
     * @param kind of connector, such as {@code redis-sink}
     * @param plugin gives the worker's {@link PluginMetrics}, from the task's context; may give null, or throw on an older
     *     worker. Of no type, as such a worker could not even link a lambda of that one.
     */
    public static MetricsExport of(
            Map<String, Metric> all, String kind, String connector, String task, Supplier<Object> plugin) {
        try {
            PluginGauges.add(all, plugin.get());
        } catch (LinkageError | UnsupportedOperationException olderWorker) {
            LOG.debug("This worker has no plugin metrics; the numbers are in JMX", olderWorker);
        } catch (IllegalArgumentException stillThere) {
            // A task that did not stop in time keeps its own until it ends.
            LOG.debug("The task before still has its plugin metrics; the numbers are in JMX", stillThere);
        }
        try {
            ObjectName name = new ObjectName("io.millrace.connect:type=" + kind + ",connector="
                    + ObjectName.quote(connector) + ",task=" + ObjectName.quote(task));
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            if (server.isRegistered(name)) {
                // The task before has not been stopped yet; the newer one is what somebody wants to see.
                server.unregisterMBean(name);
            }
            String owner = UUID.randomUUID().toString();
            server.registerMBean(new Numbers(kind, owner, all), name);
            return new MetricsExport(name, owner);
        } catch (JMException taken) {
            LOG.debug("The numbers of the task are not in JMX", taken);
            return new MetricsExport(null, "");
        }
    }

    @Override
    public void close() {
        if (name != null) {
            try {
                MBeanServer server = ManagementFactory.getPlatformMBeanServer();
                if (owner.equals(server.getAttribute(name, OWNER))) {
                    server.unregisterMBean(name);
                }
            } catch (JMException gone) {
                LOG.debug("The numbers of the task were not in JMX", gone);
            }
        }
    }

    /** A class of its own, as an older worker cannot load it. */
    private static final class PluginGauges {
        private PluginGauges() {}

        static void add(Map<String, Metric> all, Object registry) {
            if (registry == null) {
                return;
            }
            PluginMetrics plugin = (PluginMetrics) registry;
            all.forEach((name, metric) -> plugin.addMetric(
                    plugin.metricName(name, metric.description(), new LinkedHashMap<>()),
                    (Gauge<Number>) (config, now) -> metric.value().get()));
        }
    }

    private static final class Numbers implements DynamicMBean {
        private final String kind;
        private final String owner;
        private final Map<String, Metric> all;

        Numbers(String kind, String owner, Map<String, Metric> all) {
            this.kind = kind;
            this.owner = owner;
            this.all = all;
        }

        @Override
        public Object getAttribute(String attribute) throws AttributeNotFoundException {
            if (attribute.equals(OWNER)) {
                return owner;
            }
            Metric metric = all.get(attribute);
            if (metric == null) {
                throw new AttributeNotFoundException(attribute);
            }
            return metric.value().get();
        }

        @Override
        public AttributeList getAttributes(String[] attributes) {
            AttributeList values = new AttributeList();
            for (String attribute : attributes) {
                if (all.containsKey(attribute)) {
                    values.add(
                            new Attribute(attribute, all.get(attribute).value().get()));
                }
            }
            return values;
        }

        @Override
        public MBeanInfo getMBeanInfo() {
            MBeanAttributeInfo[] attributes = all.entrySet().stream()
                    .map(entry -> new MBeanAttributeInfo(
                            entry.getKey(),
                            Number.class.getName(),
                            entry.getValue().description(),
                            true,
                            false,
                            false))
                    .toArray(MBeanAttributeInfo[]::new);
            return new MBeanInfo(Numbers.class.getName(), "A task of a " + kind, attributes, null, null, null);
        }

        @Override
        public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
            throw new AttributeNotFoundException(attribute.getName() + " cannot be set");
        }

        @Override
        public AttributeList setAttributes(AttributeList attributes) {
            return new AttributeList();
        }

        @Override
        public Object invoke(String action, Object[] arguments, String[] signature) {
            throw new UnsupportedOperationException(action);
        }
    }
}
